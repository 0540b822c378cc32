"""Dial strings, digits, causes, extensions, and the scheduler: small decisions of the embedded switch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.switch import Extension, causes
from ivr.switch.dialstring import Target, parse
from ivr.switch.digits import Digit, DigitQueue
from ivr.switch.digits import parse as parse_digits
from ivr.switch.scheduler import Scheduler


def test_a_dial_string_has_variables_for_all_and_for_one() -> None:
    dial = parse("{a=1,b='x, y'}[c=3]user/1001@host,sofia/gateway/trunk/123|error/USER_BUSY")
    assert dial.variables == {"a": "1", "b": "x, y"}
    assert dial.groups == (
        (Target("user", "1001@host", {"c": "3"}), Target("sofia", "gateway/trunk/123", {})),
        (Target("error", "USER_BUSY", {}),),
    )


def test_variables_may_have_a_delimiter_of_their_own() -> None:
    assert parse("{^^:a=1,2:b=3}null/x").variables == {"a": "1,2", "b": "3"}


def test_nothing_is_no_target() -> None:
    assert parse("").groups == ()


@given(st.text(alphabet="{}[]<>,|'\\^=a/1 ", max_size=60))
def test_no_dial_string_breaks_it(text: str) -> None:
    parse(text)


def test_digits_may_say_how_long_they_are_held() -> None:
    assert parse_digits("1x#@100+9") == [Digit("1", 800), Digit("#", 800), Digit("9", 2000)]


def test_a_queue_of_digits_is_bounded_and_forgets_the_oldest() -> None:
    queue = DigitQueue()
    for index in range(300):
        queue.put(Digit(str(index % 10), duration=index))
    oldest = queue.take()
    assert oldest is not None
    assert oldest.duration == 44
    assert len(queue) == 255


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("user_busy", "USER_BUSY"),
        ("17", "USER_BUSY"),
        ("nonsense", "NORMAL_CLEARING"),
        (None, "NORMAL_CLEARING"),
    ],
)
def test_causes_come_by_name_or_number(text: str | None, cause: str) -> None:
    assert causes.from_text(text) == cause


def test_a_list_of_causes_takes_both() -> None:
    assert causes.listed("USER_BUSY", "normal_clearing,17")
    assert causes.listed("NO_ANSWER", "no_answer")
    assert not causes.listed("CALL_REJECTED", "user_busy,19")


def test_an_extension_behaves_in_a_known_way() -> None:
    with pytest.raises(ValueError, match="no behaviour"):
        Extension("sings")
    with pytest.raises(ValueError, match="not negative"):
        Extension(after=-1)


def test_what_is_due_runs_once_and_what_repeats_comes_again() -> None:
    ran: list[str] = []
    scheduler = Scheduler(lambda work: work(), lambda seconds: None)
    scheduler.add(10, "g", lambda: ran.append("once"))
    scheduler.add(10, "h", lambda: ran.append("again"), every=5)
    scheduler.run_due(9)
    assert ran == []
    scheduler.run_due(10)
    scheduler.run_due(11)
    scheduler.run_due(15)
    assert ran == ["once", "again", "again"]


def test_tasks_are_forgotten_by_number_or_group() -> None:
    scheduler = Scheduler(lambda work: work(), lambda seconds: None)
    first = scheduler.add(1, "g", list)
    scheduler.add(1, "g", list)
    scheduler.add(1, "other", list)
    assert scheduler.delete(str(first)) == 1
    assert scheduler.delete("g") == 1
    assert scheduler.delete("g") == 0
