from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ivr.dialplan import render
from ivr.dialplan.plan import Plan
from ivr.errors import DialplanError
from ivr.esl import commands
from ivr.esl.speaking import COMES


def test_numbers_become_one_expression_that_takes_them_whole() -> None:
    plan = Plan(("95598", "+861095598", "*98#", "/4001[0-9]{2}/", "95598"))
    assert plan.expression == r"^(95598|\+?861095598|[*]98[#]|(?:4001[0-9]{2}))$"
    assert all(map(plan.takes, ("95598", "+861095598", "861095598", "*98#", "400199")))
    assert not any(map(plan.takes, ("955980", "195598", "98", "40019", "")))


@pytest.mark.parametrize(
    "number",
    [
        *(
            "",
            "+",
            "95 598",
            "95598|.*",
            "95598)",
            "^95598$",
            "sip:95598",
            "９５５９８",
            "95598\n",
            "95598\x00",
        ),
        *('95598"/><action application="system" data="x', "9" * 21, "//", "/", "/95598"),
        *("/${system(id)}/", "/$${domain}/", "/95(59/", "/.*/", "/\\d*/", "/[0-9+a-z]+/", "/(9)\\1/"),
        *("/955\n98/", "/955\x0098/", "/é/", f"/{'9' * 201}/", "/(?P<a>9)(?P=a)/", "/@{x}/"),
    ],
)
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(DialplanError):
        Plan((number,))


@pytest.mark.parametrize(
    "wrong",
    [
        {"context": "ivory"},
        {"context": "../default"},
        {"context": 'a"b'},
        {"context": ""},
        {"flow": "Hot line"},
        {"flow": "${x}"},
        {"flow": "by_number park"},
        {"fallback": "1000"},
        {"fallback": "user/1000 XML"},
        {"fallback": "user/${x}"},
        {"fallback": "{a=b}user/1000"},
        {"fallback": "user/1000'"},
        {"fallback": "user/1000\n"},
        {"guard": 0},
        {"guard": 3601},
        {"numbers": ()},
    ],
)
def test_a_value_that_would_mean_something_else_in_a_dialplan_is_refused(wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"numbers": ("95598",), **wrong}
    with pytest.raises(DialplanError):
        Plan(**values)  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_given_as_a_number_is_refused_or_takes_only_itself(text: str) -> None:
    try:
        plan = Plan((text,))
    except DialplanError:
        return
    document = etree.fromstring(render.entry(plan))
    conditions = [one for one in document.iter("condition") if one.get("field") == "destination_number"]
    (expression,) = [str(one.get("expression")) for one in conditions]
    assert expression == plan.expression
    if not text.startswith("/"):
        assert plan.takes(text)
        assert not plan.takes(text + "0")
    re.compile(expression)


def test_every_place_that_winds_the_guard_up_has_its_seconds() -> None:
    plan = Plan(("95598",), guard=7, fallback="user/1000@example.com", flow="hotline")
    for text in (render.entry(plan), render.context(plan)):
        command = b"+7 ivr-guard-${uuid} uuid_transfer ${uuid} fallback XML ivory"
        assert text.count(b"sched_api") == text.count(command) == 3
    assert b'data="ivr_flow=hotline"' in render.entry(plan)
    assert b'<action application="bridge" data="user/1000@example.com"/>' in render.context(plan)


def actions(text: bytes) -> list[tuple[str, str]]:
    return [
        (str(one.get("application")), one.get("data", "")) for one in etree.fromstring(text).iter("action")
    ]


def test_only_a_dialplan_that_is_to_answer_does_and_then_plays_silence_before_it_parks() -> None:
    parks = actions(render.entry(Plan(("95598",))))
    answers = actions(render.entry(Plan(("95598",), answer=True)))
    assert parks[-1] == ("park", "")
    name, marks = parks[-2]
    assert (name, answers[-4:]) == (
        "multiset",
        [
            ("multiset", f"{marks}|{COMES}=true"),
            ("answer", ""),
            ("playback", commands.CARRIER),
            ("park", ""),
        ],
    )
    assert answers[:-4] == parks[:-2]


def test_no_key_ends_the_silence_that_the_dialplan_plays() -> None:
    (data,) = [data for name, data in actions(render.entry(Plan(("1",), answer=True))) if name == "multiset"]
    assert "|playback_terminators=none|" in data


def test_answering_changes_nothing_of_the_fallback() -> None:
    assert render.context(Plan(("95598",), answer=True)) == render.context(Plan(("95598",)))


def test_an_answering_dialplan_is_written_line_by_line_as_any_other() -> None:
    lines = render.entry(Plan(("95598",), answer=True)).decode().splitlines()
    (park,) = [line for line in lines if 'application="park"' in line]
    indent = park[: park.index("<")]
    assert f'{indent}<action application="answer"/>' in lines
    assert f'{indent}<action application="playback" data="{commands.CARRIER}"/>' in lines


def test_no_line_of_a_document_is_lost_to_the_preprocessor() -> None:
    """FreeSWITCH drops whole lines that hold <include>: nothing else may stand on them."""
    plan = Plan(("95598",), answer=True)
    for text in (render.entry(plan), render.context(plan)):
        lines = text.decode().splitlines()
        dropped = [line for line in lines if "<include>" in line or "</include>" in line or "<?" in line]
        assert dropped == ["<include>", "</include>"]
        assert not any("x-pre-process" in line.lower() for line in lines)
