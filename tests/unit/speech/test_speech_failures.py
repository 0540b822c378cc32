from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from ivr.call import PLAIN, Manner
from ivr.clock import VirtualClock
from ivr.errors import SpeechError
from ivr.speech.failures import LOG_EVERY, MAX_IN_A_ROW, MAX_REFUSED, REFUSED_FOR, REST, Failures

ERROR = SpeechError("it will not")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def failures(clock: VirtualClock) -> Iterator[Failures]:
    yield Failures(clock)
    structlog.reset_defaults()


def test_an_engine_rests_after_failing_in_a_row(failures: Failures, clock: VirtualClock) -> None:
    for _ in range(MAX_IN_A_ROW):
        assert not failures.rests("odd")
        failures.failed("odd", "late", ERROR)
    assert failures.rests("odd")
    assert not failures.rests("spare")
    clock.advance(REST)
    assert not failures.rests("odd")


def test_a_success_in_between_breaks_the_row(failures: Failures) -> None:
    for _ in range(MAX_IN_A_ROW):
        failures.failed("odd", "late", ERROR)
        failures.spoke("odd")
    assert not failures.rests("odd")
    assert failures.count["odd"] == MAX_IN_A_ROW


def test_a_flood_of_equal_failures_is_one_line_and_a_number(failures: Failures, clock: VirtualClock) -> None:
    with capture_logs() as logs:
        for _ in range(100):
            failures.failed("odd", "late", ERROR)
        failures.failed("odd", "died", ERROR)
        clock.advance(LOG_EVERY)
        failures.failed("odd", "late", ERROR)
    assert [(line["cause"], line["unlogged"]) for line in logs] == [("late", 0), ("died", 0), ("late", 99)]


def test_a_sentence_that_failed_is_refused_for_a_while(failures: Failures, clock: VirtualClock) -> None:
    failures.refuse(("bad", "en-US", PLAIN), ERROR)
    assert failures.refusal(("bad", "en-US", PLAIN)) is ERROR
    assert failures.refusal(("bad", "en-GB", PLAIN)) is None
    assert failures.refusal(("bad", "en-US", Manner("other"))) is None
    clock.advance(REFUSED_FOR)
    assert failures.refusal(("bad", "en-US", PLAIN)) is None


def test_no_more_than_so_many_sentences_are_remembered(failures: Failures) -> None:
    for number in range(MAX_REFUSED + 1):
        failures.refuse((str(number), "en-US", PLAIN), ERROR)
    assert failures.refusal(("0", "en-US", PLAIN)) is None
    assert failures.refusal(("1", "en-US", PLAIN)) is ERROR
