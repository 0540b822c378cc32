"""`survey`: every answer is kept at once, none is asked for twice, and nobody is made to answer."""

from __future__ import annotations

import pytest

from ivr.acd.model import Step as Relaxed
from ivr.call import Kept
from ivr.flow.script import HangUp, Hear, Pause, Press, Speak
from ivr.runtime import state
from ivr.runtime.ports import Rating, Wish
from ivr.runtime.queued import packed, unpacked
from tests.calls import Walk, findings, walk

FLOW = """
    vars: {happy: null, solved: null, words: null}
    defaults: {tries: 2}
    nodes:
      rate:
        type: survey
        invite: {prompt: "May I ask? If yes press 1, if not press 2."}
        items:
          happy:
            prompt: "How happy? Press 1 to 5, or star."
            invalid: From 1 to 5.
            noinput: Are you there?
          solved:
            prompt: Settled press 1, open press 2.
            scale: {1: settled, 2: {en-US: open, zh-CN: 未解决}}
          why: {prompt: "Why? Press 0 to 9.", scale: 0-9, when: happy <= 2}
        skip: star
        comment: {prompt: Please speak., when: happy <= 2}
        save: {happy: happy, solved: solved, words: comment}
        next: bye
        outcomes: {declined: no, exhausted: enough}
      bye: {type: hangup, prompt: Thank you.}
      no: {type: hangup, prompt: Never mind.}
      enough: {type: hangup, prompt: Thanks anyway.}
    """


def given(walked: Walk) -> list[tuple[str, int | None, str]]:
    return [(one.item, one.score, one.answer or one.recording) for one in walked.services.ratings]


def test_answers_are_numbers_with_what_they_stand_for() -> None:
    walked = walk(FLOW, Press("1"), Pause(3), Press("5"), Pause(3), Press("2"))
    assert walked.path == ["rate:next", "bye:next"]
    assert given(walked) == [("happy", 5, ""), ("solved", 2, "open")]
    assert walked.variables == {"happy": 5, "solved": 2, "words": None}
    assert walked.left[0].detail["answers"] == {"happy": 5, "solved": 2}


def test_who_is_not_happy_is_asked_why_and_may_speak() -> None:
    walked = walk(FLOW, Press("1210"), Hear("Please speak."), Pause(1), Speak(4.0), Press("#"))
    assert [one.item for one in walked.services.ratings] == ["happy", "solved", "why", "comment"]
    (recording,) = [one.recording for one in walked.services.ratings if one.recording]
    assert recording == walked.variables["words"] == f"comments/{walked.call.id}-1.wav"


def test_silence_after_the_tone_is_no_comment() -> None:
    walked = walk(FLOW, Press("1210"))
    assert "comment" not in [one.item for one in walked.services.ratings]
    assert walked.path[0] == "rate:next"


def test_who_hangs_up_while_speaking_has_said_it() -> None:
    walked = walk(FLOW, Press("1210"), Hear("Please speak."), Pause(1), Speak(4.0), HangUp())
    assert walked.services.ratings[-1].item == "comment"


@pytest.mark.parametrize("steps", [[Press("2")], [Pause(60)], [Press("7"), Pause(20)]])
def test_who_does_not_want_to_is_let_alone(steps: list[object]) -> None:
    walked = walk(FLOW, *steps)  # type: ignore[arg-type]
    assert walked.path == ["rate:declined", "no:next"]
    assert given(walked) == []


def test_a_question_may_be_left_out() -> None:
    walked = walk(FLOW, Press("1*"), Pause(4), Press("1"), checked=False)
    assert given(walked)[0] == ("solved", 1, "settled")


def test_what_was_answered_before_the_tries_ran_out_is_kept() -> None:
    walked = walk(FLOW, Press("15"), Pause(2), Press("9"), Pause(60))
    assert walked.path == ["rate:exhausted", "enough:next"]
    assert given(walked) == [("happy", 5, "")]


def test_wrong_keys_and_silence_have_words_of_their_own() -> None:
    walked = walk(FLOW, Press("1"), Hear("How happy"), Press("8"), Hear("From 1 to 5"), Press("4"), Pause(90))
    assert "From 1 to 5." in walked.heard
    silent = walk(FLOW, Press("1"), Hear("Are you there?"), Press("4"), Press("1"))
    assert given(silent) == [("happy", 4, ""), ("solved", 1, "settled")]


def test_who_hangs_up_half_way_has_answered_half() -> None:
    walked = walk(FLOW, Press("13"), Pause(2), HangUp())
    assert given(walked) == [("happy", 3, "")]
    assert walked.end.how == "abandoned"


def test_nothing_is_asked_twice_after_a_crash() -> None:
    first = walk(FLOW, Press("14"), Pause(2), HangUp())
    kept = first.call.kept
    assert kept is not None
    assert state.unpack(kept.text).progress == {"invited": True, "item happy": 4}
    again = walk(FLOW, Press("2"), kept=Kept(kept.text))
    assert given(again) == [("solved", 2, "open")]
    assert again.variables["happy"] == 4
    assert not any("How happy" in words for words in again.heard)
    assert again.services.ratings[0].visit == first.services.ratings[0].visit


def test_the_next_survey_begins_anew() -> None:
    twice = FLOW.replace("next: bye\n", "next: again\n").replace(
        "      bye:",
        "      again: {type: survey, items: {happy: {prompt: 'Press 1 to 5.'}}, next: bye,"
        " outcomes: {exhausted: bye}}\n      bye:",
    )
    walked = walk(twice, Press("151"), Pause(5), Press("3"))
    assert [(one.visit, one.item, one.score) for one in walked.services.ratings] == [
        (1, "happy", 5), (1, "solved", 1), (2, "happy", 3),
    ]  # fmt: skip


def test_an_answer_names_the_agent_and_the_group_of_the_talk_before() -> None:
    flow = """
    nodes:
      desk: {type: transfer, skill: billing, next: rate, outcomes: {error: end, timeout: end, full: end,
             closed: end, no_agent: end, failed: end}}
      rate: {type: survey, items: {happy: {prompt: Press 1 to 5.}}, next: end, outcomes: {exhausted: end}}
    """
    walked = walk(flow, Hear("Press 1 to 5"), Press("4"))
    (rating,) = walked.services.ratings
    assert (rating.agent, rating.group) == ("1001", "billing")
    assert rating.contact.startswith(walked.call.id)
    assert isinstance(rating, Rating)


def test_a_place_in_a_queue_survives_as_plain_data() -> None:
    wish = Wish(
        3, "billing", require={"english": 3}, relax=(Relaxed(30, {"english": 0}, ("sales",)),), priority=2
    )
    queued = unpacked(packed(wish, 100.5, "c:3"))
    assert queued is not None
    assert (queued.wish, queued.since, queued.contact, queued.agent) == (wish, 100.5, "c:3", "")
    assert unpacked({}) is None


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("items: {a: {prompt: A, scale: 5-1}}", "F137"),
        ("items: {a: {prompt: A, scale: {11: x, 2: y}}}", "F137"),
        ("items: {a: {prompt: A, scale: {1: x}}}", "F137"),
        ("items: {a: {prompt: A}}, skip: 3", "F137"),
        ("items: {}", "F103"),
        ("items: {a: {prompt: A}}, save: {happy: b}", "F236"),
    ],
)
def test_what_cannot_be_meant_is_refused(options: str, code: str) -> None:
    node = f"{{type: survey, {options}, next: end, outcomes: {{exhausted: end}}}}"
    flow = f"vars: {{happy: 0}}\nnodes: {{a: {node}}}"
    assert [one.code for one in findings(flow) if one.severity == "error"] == [code]
