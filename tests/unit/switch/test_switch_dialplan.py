"""The embedded switch does with a call what the dialplan for FreeSWITCH does."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.switch.dialplan import DIALPLAN, EXTENSIONS, Steps

DIALPLANS = Path(__file__).parents[3] / "dialplans"


def actions(file: str, name: str) -> Steps:
    """What an extension does when every condition is met."""
    extension = ElementTree.parse(DIALPLANS / file).find(f".//extension[@name='{name}']")
    assert extension is not None
    return [
        (action.attrib["application"], action.attrib.get("data", "")) for action in extension.iter("action")
    ]


def test_a_number_does_the_same() -> None:
    here = [(name, argument.replace("{flow}", "by_number")) for name, argument in DIALPLAN]
    assert here == actions("ivory.xml", "ivory")


@pytest.mark.parametrize("name", list(EXTENSIONS))
def test_the_context_does_the_same(name: str) -> None:
    assert list(EXTENSIONS[name]) == actions("context.xml", name)
