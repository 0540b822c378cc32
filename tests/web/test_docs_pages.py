"""The documentation as pages of the admin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from ivr.web.pages.docs import folder, read, render, slug

NAMES = sorted(
    str(file.relative_to(folder()).with_suffix(""))
    for file in folder().rglob("*.md")
    if "examples" not in file.parts
)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_there_and_its_links_lead_somewhere(name: str) -> None:
    page = read(name)
    ids = set(re.findall(r'id="([^"]+)"', page.html))
    for link in re.findall(r'href="#([^"]+)"', page.html):
        assert link in ids, link


def test_a_message_leads_to_its_code(app: Flask) -> None:
    page = app.test_client().get("/docs/errors")
    assert page.status_code == 200
    assert 'id="f104"' in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "name", ["../README", "nodes/../../README", "..%2fsetup", "no-such-page", "x/y/z", "%00"]
)
def test_nothing_else_is_read(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/docs/{name}").status_code == 404


def test_markup_in_a_page_is_shown_as_text() -> None:
    assert "<script>" not in render("# A\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))").html


def test_a_heading_is_called_as_elsewhere() -> None:
    assert slug("What agents & `supervisors` can do") == "what-agents--supervisors-can-do"


def test_who_has_not_signed_in_may_read(app: Flask) -> None:
    answer: Any = app.test_client().get("/docs/")
    assert answer.status_code == 200
