"""Whatever stands in a file of tests, reading it ends with cases or with findings, never with a fault."""

from __future__ import annotations

import copy
import fnmatch
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr import registry
from ivr.errors import FlowError
from ivr.flow import loader, yaml
from ivr.testing import reading, virtual
from ivr.testing.judge import judge
from ivr.testing.model import _fits

FLOWS_FOLDER = Path(__file__).parents[3] / "flows"
RAW = (FLOWS_FOLDER / "hotline.yaml").read_bytes()
FLOWS = {"hotline": loader.load(RAW, "hotline.yaml", registry.load_all("ivr.nodes"))[0]}
DATA = yaml.parse((FLOWS_FOLDER / "tests" / "hotline.yaml").read_bytes(), "tests").data
CASES = DATA["cases"]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["{{ key }}", "{{", "1", "5s", "*", "…", "hang_up", "GET x", "python x", "2026-01-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["name", "steps", "hear", "press", "say", "text", "json", "mock", "GET x", "each", "expect", "a"]
    ), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def spots(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all that is in a part."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [path, *(spot for step, value in inner for spot in spots(value, (*path, step)))]


@given(st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_with_anything_in_it_is_read_or_refused(data: st.DataObject) -> None:
    case = copy.deepcopy(data.draw(st.sampled_from(CASES)))
    path = data.draw(st.sampled_from(spots(case)))
    value = data.draw(VALUES)
    if path:
        holder = case
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
    else:
        case = value
    text = json.dumps({**DATA, "cases": [case]}, ensure_ascii=False).encode(errors="replace")
    try:
        cases, findings = reading.parse(text, "t.yaml", FLOWS)
    except FlowError:
        return
    assert all(finding.place.file == "t.yaml" and finding.message for finding in findings)
    for each in cases[:3]:
        assert all(str(failure) for failure in judge(each, virtual.play(each, FLOWS)))


@given(st.text("ab*", max_size=12), st.text("ab", max_size=12))
def test_stars_stand_for_anything(pattern: str, text: str) -> None:
    assert _fits(pattern, text) is (re.fullmatch(fnmatch.translate(pattern), text) is not None)


@pytest.mark.parametrize("text", [b"", b"\xff", b"{", b"[]", b"flow: hotline\ncases: {}", b"a: [" * 200])
def test_what_is_no_file_of_tests_is_refused(text: bytes) -> None:
    with pytest.raises(FlowError):
        reading.parse(text, "t.yaml", FLOWS)


def test_many_mistakes_are_told_up_to_a_hundred(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        "flow: hotline\ncases:\n" + "".join(f"  - {{name: n{i}, steps: [x]}}\n" for i in range(300))
    )
    assert len(reading.read([path], FLOWS).findings) == 100
