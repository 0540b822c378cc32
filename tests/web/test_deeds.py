"""Everything that comes into the audit has its words there, and nothing else has."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ivr
from ivr.flow.releases import KINDS
from ivr.routing.orders import TABLE
from ivr.web.deeds import DEEDS
from ivr.webhooks.types import TYPES

HOME = Path(ivr.__file__).parent
PLACES = ("web/api", "cli", "store")
FAMILIES = "|".join({name.rpartition(".")[0].replace(".", r"\.") for name in DEEDS})
DEED = re.compile(rf"({FAMILIES})\.[a-z_]+")
SWITCHED = {"webhook.source.enable", "webhook.source.disable"}
"""Put together of two words where they are written down."""


def _written() -> Iterator[str]:
    """Names in the source that look like a deed's."""
    for file in (file for place in PLACES for file in (HOME / place).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and DEED.fullmatch(node.value):
                yield node.value


def _done() -> set[str]:
    """All that comes into the audit."""
    asked = {name for name, order in TABLE.items() if not order.changes}
    ordered = {name for name, order in TABLE.items() if order.changes}
    return {*_written(), *ordered, *(f"flow.{kind}" for kind in KINDS), *SWITCHED} - asked - {*TYPES} - {""}


def test_whatever_is_written_down_has_words() -> None:
    assert _done() - {*DEEDS} == set()


def test_there_are_words_for_nothing_that_is_never_done() -> None:
    assert {*DEEDS} - _done() == set()


def test_the_page_says_what_was_done_and_keeps_the_name(signed_in: Callable[[str], Any]) -> None:
    admin = signed_in("admin")
    admin.send("POST", "/api/v1/users", {"name": "li", "role": "viewer"})
    page = admin.get("/audit", headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert '<div class="sentence">邀请用户</div><code class="soft small">user.add</code>' in page
