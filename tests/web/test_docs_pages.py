"""The documentation as pages of the admin."""

from __future__ import annotations

import posixpath
import re
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask

from ivr.web.documentation import ENGLISH, Rendered, folder, languages_of, read, render, slug

NAMES = sorted(
    str(file.relative_to(folder()).with_suffix(""))
    for file in folder().rglob("*.md")
    if not {"examples", "zh-CN"} & {*file.parts}
)
CHINESE = [name for name in NAMES if "zh-CN" in languages_of(name)]
ENGLISH_ONLY = [name for name in NAMES if name not in CHINESE]


def shown(app: Flask, address: str, reads: str) -> str:
    """A page as who reads a language gets it."""
    return app.test_client().get(address, headers={"Accept-Language": reads}).get_data(as_text=True)


def ids(page: Rendered) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', page.html))


@pytest.mark.parametrize("language", [ENGLISH, "zh-CN"])
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_there_and_its_links_lead_somewhere(name: str, language: str) -> None:
    for link in re.findall(r'href="([^"]+)"', read(name, language).html):
        there, _, anchor = unquote(link).partition("#")
        if "://" not in there:
            led = posixpath.normpath(posixpath.join(posixpath.dirname(name), there)) if there else name
            assert not anchor or anchor in ids(read(led, language)), link


@pytest.mark.parametrize("name", CHINESE)
def test_what_leads_to_an_english_heading_finds_it_in_chinese_too(name: str) -> None:
    assert ids(read(name)) <= ids(read(name, "zh-CN"))


def test_who_reads_chinese_gets_a_page_in_chinese_where_there_is_one(app: Flask) -> None:
    told = shown(app, "/docs/admin", "zh-CN")
    assert '<article class="prose" lang="zh-CN"><h1' in told
    assert 'href="/docs/cli" lang="zh-CN" hreflang="en-US">命令（英文）</a>' in told
    assert 'href="/docs/en-US/admin"' in told
    assert "只有英文版" not in told


def test_a_node_is_explained_in_chinese_beside_the_pages_it_leads_to(app: Flask) -> None:
    told = shown(app, "/docs/nodes/menu", "zh-CN")
    assert '<article class="prose" lang="zh-CN"><h1' in told
    assert '<h2 id="常见错误"><span id="common-mistakes"></span>常见错误</h2>' in told
    assert 'href="../flow-language#%E5%90%8D' in told
    assert 'href="collect"' in told


@pytest.mark.parametrize("name", ENGLISH_ONLY[:1])
def test_who_reads_chinese_is_told_of_a_page_in_english_only(app: Flask, name: str) -> None:
    told = shown(app, f"/docs/{name}", "zh-CN")
    assert '<article class="prose" lang="en-US"><h1' in told
    assert "只有英文版" in told


def test_who_reads_english_is_offered_chinese(app: Flask) -> None:
    told = shown(app, "/docs/", "en")
    assert '<article class="prose" lang="en-US"><h1' in told
    assert 'href="/docs/zh-CN/first-flow"' in told


def test_an_address_that_names_a_language_keeps_to_it(app: Flask) -> None:
    told = shown(app, "/docs/zh-CN/admin", "en")
    assert '<article class="prose" lang="zh-CN"><h1' in told
    assert 'href="/docs/zh-CN/flow-language"' in told
    assert 'href="numbers-and-hours#' in told


def test_what_leads_to_no_page_is_only_words() -> None:
    text = "[a](../README.md) [b](examples/x.py) [c](errors.md#f104) [d](https://e.example/)"
    told = render(text, "x").html
    assert told == '<p>a b <a href="errors#f104">c</a> <a href="https://e.example/">d</a></p>\n'


def test_a_message_leads_to_its_code(app: Flask) -> None:
    page = app.test_client().get("/docs/errors")
    assert page.status_code == 200
    assert 'id="f104"' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "name",
    ["../README", "nodes/../../README", "..%2fsetup", "no-such-page", "x/y/z", "%00", "zh-CN/../../README",
     "zh-CN/zh-CN/admin", "zh-CN/no-such-page"],
)  # fmt: skip
def test_nothing_else_is_read(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/docs/{name}").status_code == 404


def test_markup_in_a_page_is_shown_as_text() -> None:
    assert "<script>" not in render("# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))").html


def test_remarks_of_those_who_write_are_not_shown() -> None:
    assert render("<!-- made: x -->\n| a |\n|---|\n<!-- end -->\n").html.count("--") == 0


def test_a_heading_is_called_as_elsewhere() -> None:
    assert slug("What agents & `supervisors` can do") == "what-agents--supervisors-can-do"


def test_who_has_not_signed_in_may_read(app: Flask) -> None:
    answer: Any = app.test_client().get("/docs/")
    assert answer.status_code == 200
