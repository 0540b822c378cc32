"""The reference pages that come from code are fresh, and nothing in them lacks words."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from ivr import registry, settings
from ivr.flow.model import Defaults, Flow, Node

DOCS = Path(__file__).parents[2] / "docs"


GENERATOR = importlib.import_module("generate")
TABLES = importlib.import_module("option_tables")
NODE_PAGES = importlib.import_module("node_pages")
IN_CHINESE = importlib.import_module("wording").wording("zh-CN")
NODES: dict[str, type[Node]] = registry.load_all("ivr.nodes")
MODELS: list[type[BaseModel]] = [Flow, Defaults, Node, *NODES.values()]
MODELS += [inner for node in NODES.values() for inner in TABLES.nested(node)]


@pytest.mark.parametrize("page", list(GENERATOR.pages()))
def test_generated_pages_are_fresh(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == GENERATOR.pages()[page], "run `make docs`"


def test_an_option_that_is_only_called_like_one_of_all_commands_is_told_of() -> None:
    part = (DOCS / "cli.md").read_text(encoding="utf-8").partition("\n### ivr flow stats\n")[2]
    assert "| `--version V` |" in part.partition("\n### ")[0]


@pytest.mark.parametrize("entry", list(settings.table()), ids=lambda entry: entry.name)
def test_every_setting_says_what_it_does(entry: settings.Entry) -> None:
    assert entry.help.endswith((".", "`", "none"))


@pytest.mark.parametrize(("page", "least"), [("settings.md", 40), ("zh-CN/settings.md", 15)])
@pytest.mark.parametrize("entry", list(settings.table()), ids=lambda entry: entry.name)
def test_every_setting_says_when_to_change_it(entry: settings.Entry, page: str, least: int) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    part = text.partition(f"\n### {entry.name}\n")[2].partition("\n##")[0]
    assert len(part.partition("<!-- end -->")[2].strip()) >= least


def test_a_new_setting_gets_a_heading_to_be_filled(tmp_path: Path) -> None:
    (tmp_path / "settings.md").write_text("# Settings\n")
    page = importlib.import_module("settings_page").settings_page(tmp_path)
    assert "\n### switch.port\n\n<!-- made: switch.port -->\nPort of its event socket." in page
    assert page.index("## flows\n") < page.index("### flows.dir\n")
    page = importlib.import_module("settings_page").settings_page(tmp_path, "zh-CN")
    assert "\n### switch.port\n\n<!-- made: switch.port -->\nFreeSWITCH 事件套接字的端口。" in page


@pytest.mark.parametrize("model", list(dict.fromkeys(MODELS)), ids=lambda model: model.__name__)
def test_every_option_says_what_it_does(model: type[BaseModel]) -> None:
    assert TABLES.prose(model)
    for name, field in model.model_fields.items():
        assert field.description or name == "type", name


def test_no_page_depends_on_this_machine() -> None:
    for page, text in GENERATOR.pages().items():
        assert str(Path.home()) not in text, page


@pytest.mark.parametrize("name", NODES)
def test_every_node_type_has_a_page_with_all_that_is_to_be_told(name: str) -> None:
    text = (DOCS / f"nodes/{name}.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## ([^\n]+)\n\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert list(parts) == list(NODE_PAGES.HEADINGS)
    for heading, words in parts.items():
        assert len(words.split()) > 10, heading
    assert f"type: {name}" in parts["Example"]
    assert "```yaml flow\n" in parts["Example"]
    assert parts["Common mistakes"].startswith("- **")


@pytest.mark.parametrize("name", NODES)
def test_the_page_of_a_node_type_in_chinese_tells_the_same_in_chinese(name: str) -> None:
    text = (DOCS / f"zh-CN/nodes/{name}.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [IN_CHINESE(each) for each in NODE_PAGES.HEADINGS]
    made = "".join(re.findall(r"<!-- made: .+?<!-- end -->", text, re.DOTALL))
    assert re.findall(r"(?:[a-z]{2,} ){2,}[a-z]{2,}", re.sub(r"`[^`]*`", "", made)) == []


@pytest.mark.parametrize("name", NODES)
def test_every_outcome_says_when(name: str) -> None:
    for outcome, when in NODES[name].own_outcomes.items():
        assert re.fullmatch(r"[A-Z0-9].+\.", when), outcome


@pytest.mark.parametrize("folder", ["nodes", "zh-CN/nodes"])
def test_there_is_no_page_about_a_node_type_that_is_not_there(folder: str) -> None:
    assert {page.stem for page in (DOCS / folder).glob("*.md")} == {*NODES, "README"}


def test_the_page_of_a_new_node_type_has_headings_to_be_filled(tmp_path: Path) -> None:
    (tmp_path / "nodes").mkdir()
    (tmp_path / "nodes/README.md").write_text("<!-- made: index -->\n<!-- end -->\n")
    pages = NODE_PAGES.node_pages(tmp_path)
    assert "[`menu`](menu.md)" in pages["nodes/README.md"]
    assert all(f"## {heading}\n" in pages["nodes/menu.md"] for heading in NODE_PAGES.HEADINGS)
    assert "| `exhausted` |" in pages["nodes/menu.md"]
    chinese = NODE_PAGES.node_pages(tmp_path, "zh-CN")["nodes/menu.md"]
    assert all(f"## {IN_CHINESE(heading)}\n" in chinese for heading in NODE_PAGES.HEADINGS)
    assert "播报选项并接受一个选择。" in chinese
