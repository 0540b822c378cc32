"""What is told of callers who went through the real engine, and whose ways are known."""

from __future__ import annotations

import pytest

from ivr.errors import FetchError
from ivr.insight.report import AtOneNode, Menu, Report, Way, popular, report
from ivr.store.traces import Trace
from tests.calls import Services
from tests.unit.insight.crowd import DAY, NEXT_WEEK, Crowd, HangUp, Pause, Press

HOTLINE = """
languages: [en-US, zh-CN]
vars: {postcode: null, pin: null}
on_hangup: note
nodes:
  main:
    type: menu
    prompt:
      en-US: For hours press 1. For your bill press 2. To report an outage press 3. For a person press 0.
      zh-CN: 营业时间请按1，电费查询请按2，故障报修请按3，人工服务请按0。
    options: {1: hours, 2: {label: bills, next: tell}, 3: outage, 0: person}
    outcomes: {exhausted: bye}
  hours: {type: play, goal: hours_told, prompt: {en-US: From nine to five., zh-CN: 九点到五点。}, next: end}
  tell: {type: play, goal: bill_told, prompt: {en-US: You owe five dollars., zh-CN: 您欠五元。}, next: end}
  outage:
    type: collect
    prompt: {en-US: Please enter your postal code., zh-CN: 请输入邮编。}
    into: postcode
    digits: {length: 4}
    confirm: {prompt: {en-US: Is that right?, zh-CN: 对吗？}}
    next: end
    goal: outage_reported
    outcomes: {exhausted: bye}
  person: {type: transfer, extension: "1001", next: end, outcomes: {error: bye}}
  bye: {type: hangup}
  note: {type: set, vars: {postcode: "'x'"}, next: end}
"""


def told(crowd: Crowd, traces: list[Trace] | None = None, current: str | None = None) -> Report:
    version = crowd.version if current is None else current
    some = crowd.traces() if traces is None else traces
    return report(some, crowd.models, crowd.start, DAY, NEXT_WEEK, current=version)


def way(found: Report, kind: str, place: str) -> Way:
    (one,) = [each for each in found.ways if (each.kind, each.place) == (kind, place)]
    return one


def at(found: Report, node: str) -> AtOneNode:
    (one,) = [each for each in found.nodes if each.node == node]
    return one


def menu(found: Report, node: str = "main") -> Menu:
    (one,) = [each for each in found.menus if each.node == node]
    return one


def test_ways_have_their_callers_presses_and_seconds() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(2), Press("1"), times=6)
    crowd.call(Pause(2), Press("3"), Pause(1), Press("1234"), Pause(1), Press("1"), times=3)
    crowd.call(Pause(2), Press("0"), times=1)
    found = told(crowd)
    hours, outage = way(found, "goal", "hours_told"), way(found, "goal", "outage_reported")
    assert (hours.calls, hours.share.value, hours.presses.median) == (6, 0.6, 1)
    assert hours.seconds.median == pytest.approx(2 + 1.09, abs=0.2)
    assert (outage.calls, outage.presses.median, outage.presses.p90) == (3, 6, 6)
    assert way(found, "transfer", "person").seconds.median == pytest.approx(2.0)
    assert way(found, "completed", "hours").calls == 6
    assert found.shares["contained"].value == pytest.approx(0.9)
    assert found.shares["transfer"].value == pytest.approx(0.1)


def test_callers_who_leave_are_found_where_and_when_they_did() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(3), HangUp(), times=4)
    crowd.call(Pause(1), Press("3"), Pause(2.5), HangUp(), times=2)
    crowd.call(Pause(1), Press("1"), Pause(0.2), HangUp(), times=1)
    crowd.call(Pause(1), Press("0"), Pause(8), HangUp(), times=3)  # after a talk: not given up
    found = told(crowd)
    main, outage = at(found, "main"), at(found, "outage")
    assert (main.calls, main.gave_up, main.gave_up_share.value) == (10, 4, 0.4)
    assert main.gave_up_after.median == pytest.approx(3.0)
    assert (outage.calls, outage.gave_up) == (2, 2)
    assert outage.gave_up_after.median == pytest.approx(2.7)
    assert (at(found, "person").gave_up, at(found, "hours").gave_up) == (0, 1)
    assert not any(node.node == "note" for node in found.nodes)  # it ran when nobody was there


def test_silence_wrong_keys_wrong_entries_and_denials_are_counted_apart() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(1), Press("7"), Pause(1), Press("1"), times=2)
    crowd.call(Pause(16), Press("1"), times=3)  # ten seconds of prompt, five of silence
    crowd.call(times=1)
    crowd.call(Press("3"), Pause(1), Press("12*4"), Pause(1), Press("1234"), Pause(1), Press("2"), Pause(1),
               Press("1235"), Pause(1), Press("1"), times=2)  # fmt: skip
    found = told(crowd)
    main, outage = at(found, "main"), at(found, "outage")
    assert (main.noinput, main.wrong, main.exhausted) == (3 + 3, 2, 1)
    assert main.again.value == pytest.approx(6 / 8)
    assert (outage.wrong, outage.denied, outage.again.value) == (2, 2, 1.0)


def test_operations_tell_failures_and_how_long_callers_waited() -> None:
    crowd = Crowd("""
        nodes:
          ask: {type: operation, http: {url: "http://crm/bill"}, next: end, outcomes: {error: end}}
    """)
    down, slow = FetchError("no route", reason="unreachable"), FetchError("slow", reason="timeout")
    for problem, seconds in ((down, 0.1), (slow, 5.0), (down, 0.2), (down, 0.3)):
        crowd.call(services=Services({"http://crm/bill": problem}, seconds))
    (operation,) = told(crowd).operations
    assert (operation.visits, operation.failed, operation.outcomes) == (4, 4, {"error": 3, "timeout": 1})
    assert (operation.seconds.median, operation.seconds.p90) == (0.2, 5.0)


def test_what_most_callers_want_is_advised_to_be_said_first() -> None:
    crowd = Crowd(HOTLINE, seed=2)
    for key, times in (("1", 40), ("2", 300), ("3", 60), ("0", 100)):
        crowd.call(crowd.listens(key), times=times)
    advice = menu(told(crowd)).advice
    said = crowd.heard()
    earlier = said["1"]  # option 2 is heard so much sooner, and option 1 later by what option 2 takes
    later = said["2"] - said["1"]
    assert (advice.present, advice.order) == (("1", "2", "3", "0"), ("2", "1", "3", "0"))
    expected = (300 * earlier - 40 * later) / 500
    assert advice.saving.value == pytest.approx(expected, rel=0.1)
    assert advice.per_day == pytest.approx(expected * 500 / 7, rel=0.1)


def test_the_advised_order_saves_what_was_promised_when_it_is_followed() -> None:
    better = HOTLINE.replace(
        "For hours press 1. For your bill press 2.", "For your bill press 2. For hours press 1."
    )
    seconds = []
    for text in (HOTLINE, better):
        crowd = Crowd(text, seed=4)
        for key, times in (("1", 30), ("2", 300), ("3", 30), ("0", 40)):
            crowd.call(crowd.listens(key), times=times)
        found = told(crowd)
        seconds.append((at(found, "main").seconds.mean, menu(found).advice))
    (before, advice), (after, no_more) = seconds
    assert advice.saving.low is not None
    assert advice.saving.high is not None
    assert advice.saving.low - 0.1 <= before - after <= advice.saving.high + 0.1
    assert no_more.reason == "no other order saves time beyond chance"


def test_callers_who_know_the_menu_are_promised_nothing() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(0.3), Press("2"), times=400)
    crowd.call(crowd.listens("1"), times=30)
    advice = menu(told(crowd)).advice
    assert advice.order == advice.present
    assert advice.reason == "too few calls to say: 30 listened, 100 are needed"


def test_callers_who_hear_it_all_first_are_promised_nothing() -> None:
    crowd = Crowd(HOTLINE)
    whole = max(crowd.heard().values())
    crowd.call(Pause(whole + 1), Press("2"), times=300)
    crowd.call(crowd.listens("1"), times=100)
    advice = menu(told(crowd)).advice
    assert advice.order == advice.present


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("type: menu", "type: menu\n    barge_in: none", "interrupted"),
        ("For hours press 1. For your bill press 2. To report an outage press 3.", "Well.", "fewer than two"),
        ("en-US: For hours press 1.", "en-US: '{{ call.id }} For hours press 1.", "caller to caller"),
    ],
)  # fmt: skip
def test_where_no_advice_can_be_given_it_is_said_why(old: str, new: str, why: str) -> None:
    text = HOTLINE.replace(old, new)
    if "call.id" in new:
        text = text.replace("a person press 0.", "a person press 0.'")
    crowd = Crowd(text)
    crowd.call(Pause(2), Press("1"), times=2)
    assert why in menu(told(crowd)).advice.reason


def test_chinese_menus_are_advised_on_as_english_ones_are() -> None:
    text = HOTLINE.replace("[en-US, zh-CN]", "[zh-CN, en-US]")
    crowd = Crowd(text)
    for key, times in (("1", 20), ("2", 40), ("3", 300), ("0", 60)):
        crowd.call(crowd.listens(key, language="zh-CN"), times=times)
    advice = menu(told(crowd)).advice
    assert (advice.language, advice.order) == ("zh-CN", ("3", "2", "1", "0"))


def test_shares_are_what_lint_is_given_when_there_are_enough() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(1), Press("2"), times=90)
    crowd.call(Pause(1), Press("1"), times=30)
    assert popular(told(crowd).menus) == {"t": {"main": {"2": 0.75, "1": 0.25, "3": 0.0, "0": 0.0}}}
    assert popular(told(crowd).menus, least=121) == {}
    both = [*told(crowd).menus, *told(crowd).menus]
    assert popular(both, least=121) == popular(told(crowd).menus)


DEEP = """
nodes:
  main:
    type: menu
    prompt: For shops press 1. For all other things press 2. For a person press 0.
    options: {1: end, 2: more, 0: end}
    outcomes: {exhausted: end}
  more:
    type: menu
    prompt: To hear about our company press 1. To complain about something press 2. To pay a bill press 3.
    options: {1: end, 2: end, 3: end}
    outcomes: {exhausted: end}
"""


def test_an_option_that_most_want_is_advised_to_be_one_menu_higher() -> None:
    crowd = Crowd(DEEP)
    pays = crowd.listens("3", "more")
    crowd.call(crowd.listens("2"), pays, times=200)
    crowd.call(crowd.listens("1"), times=100)
    (found,) = told(crowd).promotions
    assert (found.menu, found.by, found.below, found.option, found.callers) == ("main", "2", "more", "3", 200)
    spent = at(told(crowd), "more").seconds.mean
    assert found.share.value == pytest.approx(2 / 3)
    assert found.saving.value is not None
    assert 2 / 3 * spent - 2.6 < found.saving.value < 2 / 3 * spent


def test_a_subflows_nodes_and_goals_are_told_under_its_name() -> None:
    outer = """
        id: outer
        nodes:
          ask: {type: subflow, flow: inner, goal: served, next: after}
          after: {type: menu, prompt: For more press 1., options: {1: end}, outcomes: {exhausted: end}}
    """
    inner = """
        id: inner
        nodes:
          choose: {type: menu, prompt: For a press 1., options: {1: end}, outcomes: {exhausted: end}}
    """
    crowd = Crowd(outer, inner)
    crowd.call(Pause(1), Press("1"), Pause(2), HangUp(), times=3)
    found = told(crowd)
    assert {(node.flow, node.node) for node in found.nodes} == {
        ("outer", "ask"),
        ("inner", "choose"),
        ("outer", "after"),
    }
    served = way(found, "goal", "served")
    assert (served.calls, served.presses.median) == (3, 1)
    assert served.seconds.median == pytest.approx(1.0, abs=0.1)


def test_steps_of_nodes_that_are_no_more_are_counted_and_marked() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(2), Press("1"), times=3)
    now = Crowd(HOTLINE.replace("hours:", "opening:").replace("1: hours,", "1: opening,"))
    found = report(crowd.traces(), now.models, "t", DAY, NEXT_WEEK, current=now.version)
    assert at(found, "hours").gone
    assert not at(found, "main").gone
    assert found.calls.other_versions == 3
    reached = way(found, "goal", "hours_told")
    assert (reached.calls, reached.seconds.count) == (3, 0)  # but not where


def test_without_its_flows_callers_are_counted_all_the_same() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(2), Press("1"), times=3)
    found = report(crowd.traces(), {}, "t", DAY, NEXT_WEEK)
    assert [(option.key, option.chosen) for option in menu(found).options] == [("1", 3)]
    assert menu(found).advice.reason == "the flow has no such menu any more"
    assert found.calls.other_versions == 0


def test_journeys_with_holes_are_counted_and_told() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Pause(2), Press("1"), times=5)
    whole, bare, late, lost, taken = crowd.traces()
    stops = lost.stops
    traces = [
        whole,
        bare._replace(stops=[]),
        late._replace(stops=late.stops[1:]),
        lost._replace(end="lost", stops=[stops[0]._replace(seconds=None, outcome="", input="")]),
        taken._replace(stops=[taken.stops[0], taken.stops[1]._replace(at=taken.stops[1].at + 9.0)]),
        whole._replace(call="now", end="", goals=(), seconds=None, stops=[stops[0]._replace(seconds=None)]),
    ]
    found = told(crowd, traces)
    calls = found.calls
    assert (calls.total, calls.ended, calls.under_way, calls.lost) == (6, 5, 1, 1)
    assert (calls.without_steps, calls.without_beginning, calls.adopted) == (1, 1, 1)
    assert at(found, "main").never_left == 2
    assert way(found, "lost", "main").calls == 1


def test_of_no_calls_nothing_is_told() -> None:
    crowd = Crowd(HOTLINE)
    found = told(crowd)
    assert (found.calls.total, found.ways, found.nodes, found.menus) == (0, (), (), ())
    assert found.shares["contained"].value is None


def test_how_long_callers_listened_is_only_taken_from_the_present_version() -> None:
    crowd = Crowd(HOTLINE)
    for key, times in (("1", 40), ("2", 300)):
        crowd.call(crowd.listens(key), times=times)
    own = crowd.traces()
    others = [trace._replace(version="another") for trace in own]
    assert menu(told(crowd, others + own[:50])).advice.reason.startswith("too few calls to say")
    assert menu(told(crowd, others)).advice.order == (
        "2",
        "1",
        "3",
        "0",
    )  # there are no others: better than none


def test_nothing_that_callers_entered_is_in_the_report() -> None:
    crowd = Crowd(HOTLINE)
    crowd.call(Press("3"), Pause(1), Press("9876"), Pause(1), Press("1"), times=2, ani="13912345678")
    assert "9876" not in repr(told(crowd))
    assert "13912345678" not in repr(told(crowd))
