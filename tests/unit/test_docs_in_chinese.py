"""The pages in Chinese say what the English ones say: the same headings, blocks, tables and names. Who
changes one is told which other page, and what in it, is to follow.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

PROJECT = Path(__file__).parents[2]
CHINESE = [PROJECT / "README.zh-CN.md", *sorted((PROJECT / "docs/zh-CN").rglob("*.md"))]

_REMARK = re.compile(r"^<!-- .*? -->$\n?", re.MULTILINE)
_SAID = re.compile(r"(?:^|(?<=\s))#\s.*$|<this repository>|<本仓库>", re.MULTILINE)
"""What a block says to people: its comments, and what is to be filled in."""
_LABELS = re.compile(r"\[.*?\]|<-- .*? -->|-\. .*? \.->?")
"""What is written on the boxes and the lines of a picture."""


def name(page: Path) -> str:
    return str(page.relative_to(PROJECT))


def english(page: Path) -> Path:
    """What a page is a translation of."""
    folder = PROJECT / "docs/zh-CN"
    return folder.parent / page.relative_to(folder) if page.is_relative_to(folder) else PROJECT / "README.md"


def parts(page: Path) -> list[Token]:
    text = _REMARK.sub("", page.read_text(encoding="utf-8"))
    return MarkdownIt("commonmark").enable("table").parse(text)


def headings(page: Path) -> list[str]:
    return [token.tag for token in parts(page) if token.type == "heading_open"]


def blocks(page: Path) -> list[str]:
    """The page's blocks, without what they say to people."""
    return [f"{token.info}\n{bare(token)}" for token in parts(page) if token.type == "fence"]


def bare(block: Token) -> str:
    return (_LABELS if block.info == "mermaid" else _SAID).sub("", block.content)


def rows(page: Path) -> list[set[str]]:
    """What is code in each row of the page's tables: names of options, their defaults."""
    made: list[set[str]] = []
    within = False
    for token in parts(page):
        if token.type == "tr_open":
            made.append(set())
        within = token.type != "table_close" and (within or token.type == "table_open")
        if within and made:
            made[-1] |= code(token)
    return made


def sections(page: Path) -> list[set[str]]:
    """What is code in the text below each heading."""
    made: list[set[str]] = [set()]
    for token in parts(page):
        if token.type == "heading_open":
            made.append(set())
        made[-1] |= code(token)
    return made


def code(token: Token) -> set[str]:
    return {child.content for child in token.children or () if child.type == "code_inline"}


@pytest.mark.parametrize("page", CHINESE, ids=name)
def test_a_page_has_the_headings_of_the_english_one(page: Path) -> None:
    here, there = headings(page), headings(english(page))
    assert here == there, f"{name(page)} and {name(english(page))} are parted otherwise"


@pytest.mark.parametrize("page", CHINESE, ids=name)
def test_a_page_has_the_blocks_of_the_english_one(page: Path) -> None:
    here, there = blocks(page), blocks(english(page))
    for number, (ours, theirs) in enumerate(zip(here, there, strict=False), 1):
        assert ours == theirs, f"block {number} of {name(page)} is another than in {name(english(page))}"
    assert len(here) == len(there), f"{name(page)} lacks blocks of {name(english(page))}, or has more"


@pytest.mark.parametrize("page", CHINESE, ids=name)
def test_a_page_has_the_rows_of_the_english_one(page: Path) -> None:
    here, there = rows(page), rows(english(page))
    for ours, theirs in zip(here, there, strict=False):
        assert ours == theirs, f"a row of {name(page)} is another than in {name(english(page))}"
    assert len(here) == len(there), f"{name(page)} lacks rows of {name(english(page))}, or has more"


@pytest.mark.parametrize("page", CHINESE, ids=name)
def test_a_page_names_what_the_english_one_names(page: Path) -> None:
    for number, (ours, theirs) in enumerate(zip(sections(page), sections(english(page)), strict=False)):
        assert ours == theirs, f"below heading {number} of {name(page)}, beside {name(english(page))}"


@pytest.mark.parametrize("page", CHINESE, ids=name)
def test_a_page_leads_to_pages_in_chinese_where_there_are_some(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s#]+\.md)", page.read_text(encoding="utf-8")):
        there = (page.parent / link).resolve()
        assert there in CHINESE or there not in map(english, CHINESE) or there == english(page), link


@pytest.mark.parametrize("page", CHINESE, ids=name)
def test_whatever_is_meant_to_be_bold_is(page: Path) -> None:
    """A star behind Chinese punctuation and before a letter closes nothing."""
    shown = [child for token in parts(page) for child in token.children or () if child.type == "text"]
    assert [child.content for child in shown if "*" in child.content] == []
