"""The documentation tells the truth: its flows lint, its messages are the real ones, its links lead on.

Blocks fenced as `yaml flow` are whole flows without a finding. A block fenced as `yaml mistake` is a flow,
and the `text` block behind it holds what `ivr flow lint` says of it. `yaml settings` is an ivr.yaml, and
`yaml from NAME` a part of docs/examples/NAME.yaml. Tables headed "written | zh-CN | en-US" show what filters
say, and those headed "expression | value" what expressions are. The pages in Chinese have the
same blocks, says test_docs_in_chinese.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ivr import settings
from ivr.flow import expressions, phrases, values
from ivr.runtime import reading

PROJECT = Path(__file__).parents[2]
CHINESE = sorted((PROJECT / "docs/zh-CN").rglob("*.md"))
DOCS = sorted({*(PROJECT / "docs").rglob("*.md")} - {*CHINESE})
PAGES = [PROJECT / "README.md", *DOCS]
EXAMPLES = sorted((PROJECT / "docs/examples").glob("*.yaml"))

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_ROW = re.compile(r"(?<!\\)\|")


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def blocks(page: Path, *kinds: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page as (what stands behind the fence, content)."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(kind, text) for kind, text in found if not kinds or kind in kinds]


def flow_id(text: str) -> str:
    found = re.search(r"^id: (\w+)", text, re.MULTILINE)
    return found[1] if found else ""


def findings(text: str, others: list[str], folder: Path) -> list[str]:
    """What lint says of a flow among the page's flows of other names; its file is called by its id."""
    file = folder / f"{flow_id(text)}.yaml"
    file.write_text(text, encoding="utf-8")
    beside = []
    for other in others:
        if flow_id(other) != flow_id(text):
            beside.append(folder / f"{flow_id(other)}.yaml")
            beside[-1].write_text(other, encoding="utf-8")
    found = reading.read([file, *dict.fromkeys(beside)]).findings
    return [
        str(one).replace(f"{folder}/", "flows/") for one in found if Path(one.place.file).name == file.name
    ]


def rows(page: Path, *head: str) -> Iterator[list[str]]:
    """The rows of every table with these headings, as the text within their backquotes, or all of a cell."""
    cells: list[str] | None = None
    for line in page.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            cells = None
            continue
        now = [cell.strip().replace("\\|", "|") for cell in _ROW.split(line)[1:-1]]
        if now == list(head):
            cells = now
        elif cells is not None and not set(line) <= set("|- :"):
            yield [cell.strip("`") for cell in now]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_flow_in_the_documentation_lints(page: Path, tmp_path: Path) -> None:
    flows = [text for _, text in blocks(page, "yaml flow")]
    for text in flows:
        assert findings(text, flows, tmp_path) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_mistake_is_answered_as_the_page_says(page: Path, tmp_path: Path) -> None:
    everything = blocks(page)
    for (kind, text), (_, answer) in pairwise(everything):
        if kind == "yaml mistake":
            assert findings(text, [], tmp_path) == answer.splitlines()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_setting_in_the_documentation_exists(page: Path, tmp_path: Path) -> None:
    for number, (_, text) in enumerate(blocks(page, "yaml settings")):
        file = tmp_path / f"{number}.yaml"
        file.write_text(text, encoding="utf-8")
        settings.load(environ={}, files=[file])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_part_of_an_example_stands_in_it(page: Path) -> None:
    for kind, text in blocks(page):
        if kind.startswith("yaml from "):
            example = PROJECT / f"docs/examples/{kind.removeprefix('yaml from ')}.yaml"
            assert text in example.read_text(encoding="utf-8")


def test_every_example_file_lints() -> None:
    assert reading.read(EXAMPLES).findings == ()


@pytest.mark.parametrize("page", [*PAGES, PROJECT / "README.zh-CN.md", *CHINESE], ids=name)
def test_every_relative_link_leads_to_a_file(page: Path) -> None:
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for link in _LINK.findall(text):
        file, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(there), f"{page.name}: {link}"


def anchors(page: Path) -> set[str]:
    """The anchors a forge gives to a page's headings."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_filters_say_what_the_documentation_shows() -> None:
    shown = list(rows(PROJECT / "docs/flow-language.md", "written", "zh-CN", "en-US"))
    for written, *spoken in shown:
        for language, words in zip(("zh-CN", "en-US"), spoken, strict=True):
            said = expressions.parse(written).evaluate({}, {}, phrases.filters(language))
            assert said == words, written
    used = {used for written, *_ in shown for used in expressions.parse(written).filters}
    assert used == set(phrases.NAMES) - {"count"}  # its words belong to one language


def test_expressions_are_what_the_documentation_shows() -> None:
    scope = {"amount": 12.5, "paid": None, "account": "0012", "items": [{"month": 10}, {"month": 11}]}
    for written, value in rows(PROJECT / "docs/flow-language.md", "expression", "value"):
        got = expressions.parse(written).evaluate(scope, {}, phrases.filters("en-US"))
        assert ("null" if got is None else values.text(got)) == value, written


def test_the_documentation_names_every_function() -> None:
    text = (PROJECT / "docs/flow-language.md").read_text(encoding="utf-8")
    for function in expressions.FUNCTIONS:
        assert f"`{function}" in text, function
