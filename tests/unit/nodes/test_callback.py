"""`callback`: the right number, the same place, and only what may be dialled."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.call import Kept
from ivr.errors import IvoryError, RefusedInput
from ivr.flow.script import Hear, Pause, Press, Step
from ivr.nodes.callback import moment
from ivr.testing.model import AgentModel, QueueModel
from ivr.testing.people import ScriptedCallbacks
from ivr.testing.queues import ScriptedQueues
from tests.calls import Services, Walk, walk

SHANGHAI = ZoneInfo("Asia/Shanghai")
FLOW = """
    timezone: Asia/Shanghai
    vars: {{number: null, wished: {wished}}}
    defaults: {{tries: 2, digit_timeout: 2s}}
    nodes:
      later:
        type: callback
        prompt: "We call {{{{ number | phone }}}}. To agree press 1, for another press 2, else star."
        enter: Enter the number.
        invalid: That number cannot be called.
        promise: "We call {{{{ number | phone }}}}, {{{{ position - 1 }}}} before you."
        skill: billing
        at: wished
        into: number
        next: bye
        outcomes: {{declined: no, refused: sorry, exhausted: sorry}}
      bye: {{type: hangup, prompt: Goodbye.}}
      no: {{type: hangup, prompt: As you like.}}
      sorry: {{type: hangup, prompt: Sorry.}}
    """


def later(*steps: Step, wished: str = "null", **options: object) -> Walk:
    return walk(FLOW.format(wished=wished), *steps, **options)  # type: ignore[arg-type]


def promised(walked: Walk) -> list[tuple[str, str]]:
    return [(one.number, one.wish.group) for one in walked.services.callbacks.promised]


def test_the_number_that_calls_is_offered() -> None:
    walked = later(Hear("To agree"), Press("1"))
    assert walked.path == ["later:next", "bye:next"]
    assert promised(walked) == [("+8613800000000", "billing")]
    assert walked.variables["number"] == "+8613800000000"
    assert any("before you" in words for words in walked.heard)
    assert walked.left[0].detail["callback"] == "+8613800000000"


def test_a_callback_is_named_by_its_visit() -> None:
    (recall,) = later(Press("1")).services.callbacks.promised
    assert recall.key == "00000000-0000-4000-8000-000000000001:1"
    assert recall.due is None


def test_another_number_is_read_back_before_it_counts() -> None:
    walked = later(Press("2"), Hear("Enter"), Press("13911112222#"), Hear("To agree"), Press("1"))
    assert promised(walked) == [("+8613911112222", "billing")]


def test_a_hidden_number_is_asked_for_at_once() -> None:
    walked = later(Hear("Enter the number"), Press("13911112222#"), Pause(3), Press("1"), ani="")
    assert promised(walked) == [("+8613911112222", "billing")]


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([Press("*")], "later:declined"),
        ([Press("2"), Pause(3), Press("*#")], "later:declined"),
        ([Pause(60)], "later:exhausted"),
        ([Press("9"), Pause(8), Press("9")], "later:exhausted"),
        ([Press("2"), Pause(1), Press("12345#"), Hear("cannot be called"), Press("54321#")], "later:refused"),
    ],
)
def test_without_a_number_there_is_no_callback(steps: list[Step], path: str) -> None:
    walked = later(*steps)
    assert walked.path[0] == path
    assert promised(walked) == []


def test_why_a_number_is_refused_is_said() -> None:
    assert "That number cannot be called." in later(Press("2"), Pause(1), Press("12345#"), Pause(60)).heard


def test_without_other_numbers_a_hidden_one_is_refused() -> None:
    flow = FLOW.replace("        enter: Enter the number.\n", "").replace("for another press 2, ", "")
    walked = walk(flow.format(wished="null"), ani="")
    assert walked.path[0] == "later:refused"


def test_what_may_not_be_dialled_is_never_promised() -> None:
    callbacks = ScriptedCallbacks(["+86"], ScriptedQueues({}, lambda _call: None))  # type: ignore[arg-type,return-value]
    assert callbacks.dialled("13800000000") == "+8613800000000"
    for number in ("+12025550123", "110", "", "+8616800000000000"):
        with pytest.raises(RefusedInput):
            callbacks.dialled(number)


def test_nobody_calls_before_the_time_they_wished() -> None:
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
    (recall,) = later(Press("1"), wished="'15:30'", started=at).services.callbacks.promised
    assert recall.due == datetime(2026, 11, 23, 7, 30, tzinfo=UTC).timestamp()


def test_a_time_that_is_none_is_an_error_and_no_callback() -> None:
    walked = later(Press("1"), wished="'soon'", checked=False)
    assert walked.left[0].outcome == "error"
    assert promised(walked) == []


def test_a_clock_s_time_is_when_it_shows_it_next() -> None:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
    assert moment("1530", now) == datetime(2026, 11, 23, 15, 30, tzinfo=SHANGHAI)
    assert moment("9:30", now) == datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)
    assert moment("2026-12-01 08:00", now) == datetime(2026, 12, 1, 8, tzinfo=SHANGHAI)
    assert moment(datetime(2026, 12, 1, 8), now).tzinfo is SHANGHAI  # noqa: DTZ001 that it has none is the point
    with pytest.raises(IvoryError):
        moment("tomorrow", now)


QUEUED = """
    vars: {number: null}
    nodes:
      desk:
        type: transfer
        skill: billing
        require: {english: 3}
        priority: 7
        max_wait: 30s
        next: end
        outcomes: {timeout: later, full: end, closed: end, no_agent: end, failed: end, error: end}
      later: {type: callback, prompt: Press 1., next: end, outcomes: {error: end}}
    """


def test_the_place_in_the_queue_is_kept() -> None:
    services = Services(groups={"billing": (QueueModel(wait="90s"),)})
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    walked = walk(QUEUED, Hear("Press 1"), Press("1"), services=services, started=at)
    (recall,) = walked.services.callbacks.promised
    assert recall.since == at.timestamp()
    assert (recall.wish.group, recall.wish.require, recall.wish.priority) == ("billing", {"english": 3}, 7)


def test_without_any_queue_it_cannot_be_promised() -> None:
    flow = "nodes: {a: {type: callback, prompt: Press 1., next: end, outcomes: {declined: end, refused: end,"
    walked = walk(flow + " exhausted: end, error: end}}}", Press("1"))
    assert walked.left[0].outcome == "error"
    assert "no queue" in walked.left[0].detail["problems"][0]


CALLED_BACK = """
    vars: {account: null, rating: null}
    nodes:
      note: {type: set, vars: {account: "'12345'"}, next: later}
      later:
        type: callback
        prompt: Press 1.
        skill: billing
        next: bye
        AFTER
        outcomes: {declined: bye, refused: bye, exhausted: bye, error: sorry}
      rate:
        type: survey
        items: {happy: {prompt: "Happy about {{ account }}?"}}
        save: {rating: happy}
        next: bye
        outcomes: {exhausted: bye}
      bye: {type: hangup, prompt: Goodbye.}
      sorry: {type: hangup, prompt: Sorry.}
    """


def called_back(*steps: Step, after: str = "after: rate", **groups: QueueModel) -> Walk:
    """The call by which somebody is called back who has asked for it."""
    flow = CALLED_BACK.replace("AFTER", after)
    (recall,) = walk(flow, Press("1")).services.callbacks.promised
    services = Services(groups={name: (model,) for name, model in groups.items()})
    return walk(flow, *steps, services=services, kept=Kept(recall.state))


def test_who_is_called_back_talks_and_goes_on_where_the_node_says() -> None:
    walked = called_back(Hear("Happy about 12345"), Press("4"))
    assert walked.path == ["later:next", "rate:next", "bye:next"]
    assert [(one.score, one.agent, one.group) for one in walked.services.ratings] == [(4, "1001", "billing")]
    assert walked.end.how == "transfer"


def test_where_the_node_says_nothing_the_call_is_over_after_the_talk() -> None:
    walked = called_back(after="")
    assert walked.path == ["later:next"]
    assert walked.end.how == "transfer"


def test_an_agent_may_send_who_was_called_back_elsewhere() -> None:
    sends = AgentModel(id="1001", sends="group:sales")
    walked = called_back(Pause(40), billing=QueueModel(agents=[sends]))
    assert [stay.group for stay in walked.services.queues.stays] == ["billing", "sales"]


def test_whom_nobody_serves_in_the_end_leaves_by_error() -> None:
    walked = called_back(billing=QueueModel(result="closed"))
    assert walked.path == ["later:error", "sorry:next"]
    assert "nobody served them: closed" in walked.left[0].detail["problems"][0]


def test_it_is_the_same_visit_on_another_call() -> None:
    (recall,) = walk(CALLED_BACK.replace("AFTER", ""), Press("1")).services.callbacks.promised
    assert recall.wish.visit == 2
    assert called_back(Hear("Happy")).left[0].visit == 2


def test_a_callback_asked_for_while_being_called_back_is_asked_for_as_ever() -> None:
    walked = called_back(Hear("Press 1"), Press("1"), after="after: later")
    assert walked.path[:2] == ["later:next", "later:next"]
    assert len(walked.services.callbacks.promised) == 1
