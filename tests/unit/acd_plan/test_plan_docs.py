"""The page of skill groups tells the truth: its plans lint, and every option has words."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from ivr.acd.plan import load

PAGE = Path(__file__).parents[3] / "docs/skill-groups.md"
PLANS = re.findall(r"^```yaml plan\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
PARTS = importlib.import_module("plan_page").PARTS


@pytest.mark.parametrize("text", PLANS)
def test_every_plan_of_the_page_lints(text: str) -> None:
    assert load(text).findings == ()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_option_says_what_it_does(part: type) -> None:
    for name, field in part.model_fields.items():  # type: ignore[attr-defined]
        assert re.fullmatch(r"(?s)[A-Z`].+[.`]", field.description or ""), name


def test_every_model_of_the_plan_is_on_the_page() -> None:
    tables = importlib.import_module("option_tables")
    from ivr.acd.plan.model import Centre

    inner = {each.__name__ for each in tables.nested(Centre)} - {"Calendar"}
    assert inner <= {part.__name__ for part in PARTS}
