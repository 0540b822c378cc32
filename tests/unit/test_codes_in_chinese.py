"""What is said of each error code is there in Chinese: each paragraph of it, and the same names in it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ivr.flow.explained import Entry, Example, read
from ivr.testing.explained import entries, families
from ivr.translations import catalogue

PROJECT = Path(__file__).parents[2]
FILES = [
    *sorted((PROJECT / "ivr/flow/explained").glob("*.md")),
    PROJECT / "ivr/testing/explained.md",
    PROJECT / "ivr/acd/plan/explained.md",
    PROJECT / "ivr/acd/simulator/explained.md",
]
WORDS = catalogue("zh", "codes")
CODE = re.compile(r"`[^`]+`")
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")


def name(file: Path) -> str:
    return str(file.relative_to(PROJECT))


def chinese(file: Path) -> dict[str, Entry]:
    return read((file.parent / "zh" / file.name).read_text(encoding="utf-8"))


CHINESE = {code: entry for file in FILES for code, entry in chinese(file).items()}


def code(text: str) -> Counter[str]:
    return Counter(CODE.findall(text))


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_file_has_the_codes_of_the_english_one_in_its_order(file: Path) -> None:
    there = read(file.read_text(encoding="utf-8"))
    assert [one for one in there if one not in chinese(file)] == [], f"put them into zh/{file.name} beside it"
    assert list(chinese(file)) == list(there)


@pytest.mark.parametrize("entry", entries().values(), ids=lambda entry: entry.code)
def test_an_entry_says_in_chinese_what_it_says_in_english(entry: Entry) -> None:
    ours, theirs = CHINESE[entry.code].paragraphs, entry.paragraphs
    assert len(ours) == len(theirs), f"{entry.code} has {len(theirs)} paragraphs, in Chinese {len(ours)}"
    for number, (here, there) in enumerate(zip(ours, theirs, strict=True), 1):
        assert code(here) == code(there), f"{entry.code}, paragraph {number}"
        assert not ENGLISH.search(CODE.sub("", here)), f"{entry.code}, paragraph {number} is not in Chinese"
        assert "\n" not in here, (
            f"{entry.code}, paragraph {number} has a line end, which would be shown as a space"
        )


@pytest.mark.parametrize("entry", CHINESE.values(), ids=lambda entry: entry.code)
def test_examples_stand_in_the_english_file_alone(entry: Entry) -> None:
    assert entry.parts == tuple(entry.paragraphs)


def test_what_is_explained_in_chinese_has_the_same_examples_in_the_same_places() -> None:
    for ours, theirs in zip(entries("zh-CN").values(), entries().values(), strict=True):
        pairs = list(zip(ours.parts, theirs.parts, strict=True))
        assert [each for each in pairs if Example in map(type, each) and each[0] != each[1]] == []
        assert ours.paragraphs == CHINESE[ours.code].paragraphs


def test_an_entry_with_other_paragraphs_stays_as_it_is() -> None:
    entry = entries()["F014"]
    assert entry.told(["一个名称。"]).parts[0] == "一个名称。"
    assert entry.told(["一个名称。", "还有。"]) is entry
    assert entry.told([]) is entry


def test_a_language_that_is_not_there_is_english() -> None:
    assert entries("fr-FR") == entries("../zh") == entries()
    assert families("../zh") == families("en-US") == families()


def spoken() -> set[str]:
    """Every few words: of families, of codes, and above examples."""
    found = {words for family in families() for words in (family.title, family.about, *family.codes.values())}
    parts = [part for entry in entries().values() for part in entry.parts]
    return found | {part.label() for part in parts if isinstance(part, Example)}


def test_every_code_has_its_few_words_in_chinese() -> None:
    assert sorted(spoken() - WORDS.keys()) == [], "put these into ivr/translations/zh/LC_MESSAGES/codes.po"


def test_no_few_words_are_translated_that_nobody_says() -> None:
    assert sorted(WORDS.keys() - spoken()) == []


def test_few_words_name_what_the_english_ones_name() -> None:
    assert [one for one, other in WORDS.items() if code(one) != code(other)] == []
