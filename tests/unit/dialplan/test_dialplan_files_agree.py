"""What lies in dialplans/ for people to copy is what the command writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.dialplan import render
from ivr.dialplan.render import EXAMPLE

PROJECT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "rendered"), [("ivory.xml", render.entry(EXAMPLE)), ("context.xml", render.context(EXAMPLE))]
)
def test_a_file_is_its_template_with_the_example(name: str, rendered: bytes) -> None:
    shipped = (PROJECT / "dialplans" / name).read_text(encoding="utf-8")
    template = (PROJECT / "ivr/dialplan" / name).read_text(encoding="utf-8")
    assert shipped == template == rendered.decode()
