from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.releases import KINDS, Kind, Release, Serving, fold, former, lot

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def log(*said: str) -> list[Release]:
    """`publish a`, `canary b 20`, …, in order."""
    releases = []
    for turn, words in enumerate(said, 1):
        kind, version, *percent = words.split()
        share = int(percent[0]) if percent else 100
        releases.append(Release("f", turn, kind, version, NOON, share))  # type: ignore[arg-type]
    return releases


@pytest.mark.parametrize(
    ("said", "serving"),
    [
        (["publish a"], Serving("a")),
        (["publish a", "publish b"], Serving("b")),
        (["publish a", "canary b 20"], Serving("a", "b", 20)),
        (["publish a", "canary b 20", "canary b 50"], Serving("a", "b", 50)),
        (["publish a", "canary b 20", "canary b 0"], Serving("a")),
        (["publish a", "canary b 20", "promote b"], Serving("b")),
        (["publish a", "canary b 20", "publish c"], Serving("c")),
        (["publish a", "publish b", "canary c 5", "rollback a"], Serving("a")),
        (["publish a", "retire a 0"], Serving()),
        (["publish a", "retire a 0", "publish a"], Serving("a")),
    ],
)
def test_what_serves_follows_from_the_log(said: list[str], serving: Serving) -> None:
    assert fold(log(*said)) == {"f": serving}


def test_flows_have_logs_of_their_own_however_they_are_mixed() -> None:
    other = Release("g", 1, "publish", "x", NOON)
    assert fold([*reversed(log("publish a", "publish b")), other]) == {
        "f": Serving("b"),
        "g": Serving("x"),
    }


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ([], ""),
        (["publish a"], ""),
        (["publish a", "publish b"], "a"),
        (["publish a", "publish b", "publish c", "rollback b"], "a"),
        (["publish a", "publish b", "rollback a"], ""),
        (["publish a", "publish b", "rollback a", "publish c"], "a"),
        (["publish a", "canary b 10", "promote b"], "a"),
        (["publish a", "retire a 0"], "a"),
        (["publish a", "publish b", "publish a"], "b"),
    ],
)
def test_going_back_goes_one_further_each_time(said: list[str], version: str) -> None:
    assert former(log(*said)) == version


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from("abc"), st.integers(0, 99)), max_size=20))
def test_there_is_always_one_answer(said: list[tuple[Kind, str, int]]) -> None:
    releases = [Release("f", turn, kind, v, NOON, share) for turn, (kind, v, share) in enumerate(said, 1)]
    serving = fold(releases).get("f", Serving())
    assert set(serving.versions) <= {one.version for one in releases}
    assert bool(serving.canary) == bool(serving.percent)
    assert former(releases) in {"", *(one.version for one in releases)}


def test_a_caller_comes_to_the_same_version_each_time_and_stays_when_the_share_grows() -> None:
    callers = [f"1380000{number:04}" for number in range(2000)]
    few, many = Serving("a", "b", 10), Serving("a", "b", 40)
    first = {caller for caller in callers if few.choose("f", caller) == "b"}
    assert first == {caller for caller in callers if few.choose("f", caller) == "b"}
    later = {caller for caller in callers if many.choose("f", caller) == "b"}
    assert first < later
    assert abs(len(first) - 200) < 60
    assert abs(len(later) - 800) < 100


def test_another_canary_draws_other_callers_first() -> None:
    callers = [str(number) for number in range(3000)]
    one = {caller for caller in callers if lot("f", "b", caller) < 10}
    other = {caller for caller in callers if lot("f", "c", caller) < 10}
    assert len(one & other) < len(one) / 2
