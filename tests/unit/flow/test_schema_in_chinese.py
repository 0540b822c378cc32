"""What editors show of the flow language is there in Chinese: all of it, and nothing that nobody says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from ivr import registry
from ivr.flow import json_schema
from ivr.flow.json_schema.translated import DATA, translated, with_words
from ivr.flow.vocabulary import vocabulary
from ivr.testing import json_schema as of_tests
from ivr.translations import catalogue, pieces, said

DOCS = "https://wiki.example/docs"
SCHEMAS = {"flows": json_schema.schema(registry.load_all("ivr.nodes"), DOCS), "tests": of_tests.schema(DOCS)}
CHINESE = {name: translated(schema, "zh-CN") for name, schema in SCHEMAS.items()}
CODE = re.compile(r"`[^`]+`")
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
KNOWN = catalogue("zh")
NODE_TYPES = {f"{kind}_node" for kind in registry.load_all("ivr.nodes")}


def spoken() -> set[str]:
    """Every sentence that an editor shows, as it is put together."""
    found: set[str] = set()

    def hear(text: str) -> str:
        found.update(pieces(text, KNOWN))
        return text

    for schema in SCHEMAS.values():
        types = {schema["definitions"][name]["title"] for name in NODE_TYPES & schema["definitions"].keys()}
        with_words(schema, hear)
        found -= {kind for kind in types if kind not in KNOWN}  # what designers write is no word to translate
    return found | {word.words for word in (*vocabulary().functions, *vocabulary().filters)}


def texts(part: Any) -> Iterator[str]:
    """Every text that is no data, however it comes to be there."""
    if isinstance(part, dict):
        for key, each in part.items():
            if key not in (*DATA, "body", "pattern"):
                yield from texts(each)
    elif isinstance(part, list):
        for each in part:
            yield from texts(each)
    elif isinstance(part, str):
        yield CODE.sub("", re.sub("```.*?```", "", part, flags=re.DOTALL))


def test_every_text_is_there_in_chinese() -> None:
    assert sorted(spoken() - KNOWN.keys()) == [], "put these into ivr/translations/zh/LC_MESSAGES/schema.po"


def test_nothing_is_translated_that_nobody_says() -> None:
    assert sorted(KNOWN.keys() - spoken()) == []


@pytest.mark.parametrize("of", SCHEMAS)
def test_no_english_is_left_where_nobody_looked(of: str) -> None:
    assert any(ENGLISH.search(text) for text in texts(SCHEMAS[of]))
    assert [text for text in texts(CHINESE[of]) if ENGLISH.search(text)] == []


def test_code_in_a_text_stands_in_its_translation_as_it_is() -> None:
    code = {text: Counter(CODE.findall(text)) for pair in KNOWN.items() for text in pair}
    assert [one for one, other in KNOWN.items() if code[one] != code[other]] == []


@pytest.mark.parametrize("of", SCHEMAS)
def test_what_may_be_written_is_the_same_in_every_language(of: str) -> None:
    assert with_words(CHINESE[of], lambda _: "") == with_words(SCHEMAS[of], lambda _: "")
    assert translated(SCHEMAS[of], "en-US") is SCHEMAS[of]
    assert translated(SCHEMAS[of], "../zh") is SCHEMAS[of]


def test_an_option_that_is_called_as_a_keyword_keeps_its_name_and_its_words() -> None:
    definitions = {
        "default": {"title": "items", "default": {"title": "key"}, "description": "The condition."}
    }
    schema = {"properties": {"title": {"description": "One question."}}, "definitions": definitions}
    assert translated(schema, "zh") == {
        "properties": {"title": {"description": "一个问题。"}},
        "definitions": {"default": {"title": "items", "default": {"title": "key"}, "description": "条件。"}},
    }


def test_a_node_type_is_explained_and_keeps_its_name() -> None:
    menu = CHINESE["flows"]["definitions"]["menu_node"]
    prose, example, link = re.split(r"\n\n(?=```|\[)", menu["markdownDescription"])
    assert (menu["title"], menu["description"]) == ("menu", prose)
    assert prose.startswith("播报选项")
    assert "zh-CN: 电费请按1，人工请按0。, en-US: " in example
    assert link == f"[查看文档]({DOCS}/nodes/menu.md)"


def test_a_text_is_said_by_the_longest_pieces_that_are_known() -> None:
    assert said("The condition. A node's name.", "zh") == "条件。节点名称。"
    assert said("My own. A node's name. And more. So on.", "zh") == "My own. 节点名称。And more. So on."
    assert said("The condition. A node's name.", "en") == "The condition. A node's name."


def test_functions_and_filters_are_explained_in_chinese() -> None:
    [upper] = [word for word in vocabulary("zh").filters if word.name == "upper"]
    assert (upper.takes, upper.words) == ("", "转为大写字母。")
