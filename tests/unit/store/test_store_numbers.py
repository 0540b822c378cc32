"""Rows of numbers: set, seeded, locked, audited."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from ivr.dids import Did
from ivr.errors import Conflict, Invalid, NotFound
from ivr.store import audits, bindings, numbers
from ivr.store.bindings import Change
from ivr.store.database import Store
from ivr.store.schema import open_current

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ME = Change("me", NOON)


def after(minutes: int, expected: int | None = None, by: str = "me") -> Change:
    return Change(by, NOON + timedelta(minutes=minutes), expected)


def test_a_row_is_found_in_any_spelling(store: Store) -> None:
    kept = numbers.put(store, Did("010-5555 1234", "hotline", "en-US", " main line "), ME)
    assert kept.did == Did("+861055551234", "hotline", "en-US", "main line")
    assert numbers.get(store, "+86 10 5555 1234") == kept == numbers.every(store)[0]


@pytest.mark.parametrize(
    ("did", "field"),
    [
        (Did("a b", "hotline"), "number"),
        (Did("95598", "hotlin"), "flow"),
        (Did("95598", "hotline", "chinese"), "language"),
        (Did("95598", "hotline", note="x" * 1001), "note"),
        (Did("95598", "hotline", note="a\0b"), "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(store: Store, did: Did, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        numbers.put(store, did, ME, ["hotline"])
    assert refused.value.field == field
    assert numbers.every(store) == []


def test_a_flow_that_is_misspelt_is_told_with_the_nearest(store: Store) -> None:
    with pytest.raises(Invalid, match='did you mean "hotline"'):
        numbers.put(store, Did("95598", "hotlin"), ME, ["hotline"])


def test_a_change_of_what_somebody_else_changed_is_a_conflict(store: Store) -> None:
    first = numbers.put(store, Did("95598", "hotline"), after(0, 0))
    second = numbers.put(store, Did("95598", "support"), after(1, first.revision))
    with pytest.raises(Conflict) as conflict:
        numbers.put(store, Did("95598", "sales"), after(2, first.revision))
    assert conflict.value.current == str(second.revision)
    with pytest.raises(Conflict):
        numbers.remove(store, "95598", after(3, first.revision))
    assert numbers.get(store, "95598") == second


def test_a_row_that_must_be_new_is_a_conflict_where_there_is_one(store: Store) -> None:
    numbers.put(store, Did("95598", "hotline"), after(0, 0))
    with pytest.raises(Conflict, match="already"):
        numbers.put(store, Did("95598", "hotline"), after(1, 0))


def test_a_revision_never_comes_again(store: Store) -> None:
    first = numbers.put(store, Did("95598", "hotline"), after(0))
    numbers.remove(store, "95598", after(1, first.revision))
    with pytest.raises(Conflict, match="removed"):
        numbers.put(store, Did("95598", "hotline"), after(2, first.revision))
    again = numbers.put(store, Did("95598", "hotline"), after(3, 0))
    assert again.revision > first.revision


def test_what_is_not_there_cannot_be_removed(store: Store) -> None:
    with pytest.raises(NotFound):
        numbers.remove(store, "95598", ME)


def test_the_same_once_more_is_no_change(store: Store) -> None:
    first = numbers.put(store, Did("95598", "hotline"), ME)
    assert numbers.put(store, Did("95598", "hotline"), after(1)) == first
    assert len(audits.page(store, audits.Query(order="number."))) == 1


def test_every_change_is_written_down_with_what_was_before(store: Store) -> None:
    numbers.put(store, Did("95598", "hotline"), after(0, by="cli:li"))
    numbers.put(store, Did("95598", "support", enabled=False), after(1, by="web:wang"))
    numbers.remove(store, "95598", after(2))
    removed, changed, made = audits.page(store, audits.Query(target="95598"))
    assert (made.by, made.order, made.before, made.after["flow"]) == ("cli:li", "number.set", {}, "hotline")
    assert (changed.before["flow"], changed.after["flow"], changed.after["enabled"]) == (
        "hotline",
        "support",
        False,
    )
    assert (removed.order, removed.before["flow"], removed.after) == ("number.remove", "support", {})


# Wishes -----------------------------------------------------------------------------------------------


def test_wishes_become_rows_and_go_with_the_wish(store: Store) -> None:
    found = numbers.seed(store, "hotline", ["95598", "010-55551234"], ME)
    assert [(one.fate, one.number) for one in found] == [("bound", "95598"), ("bound", "+861055551234")]
    assert [(one.did.number, one.did.wished) for one in numbers.every(store)] == [
        ("+861055551234", True),
        ("95598", True),
    ]
    numbers.seed(store, "hotline", ["95598"], after(1))
    assert [one.did.number for one in numbers.every(store)] == ["95598"]


def test_a_row_that_somebody_set_stays_when_the_wish_goes(store: Store) -> None:
    numbers.seed(store, "hotline", ["95598"], ME)
    numbers.put(store, Did("95598", "hotline"), after(1))
    numbers.release(store, "hotline", after(2))
    assert [one.did for one in numbers.every(store)] == [Did("95598", "hotline")]


def test_a_wish_takes_nothing_from_another_flow_and_is_told_so(store: Store) -> None:
    numbers.put(store, Did("95598", "support"), ME)
    numbers.put(store, Did("80XX", "support"), after(1))
    numbers.put(store, Did("8100", "hotline", enabled=False), after(2))
    found = numbers.seed(store, "hotline", ["95598", "8001", "80XX", "8100", "8200"], after(3))
    assert [(one.wish, one.fate, one.number, one.flow) for one in found] == [
        ("95598", "taken", "95598", "support"),
        ("8001", "taken", "80XX", "support"),
        ("80XX", "taken", "80XX", "support"),
        ("8100", "disabled", "8100", "hotline"),
        ("8200", "bound", "8200", "hotline"),
    ]
    assert numbers.standing(store, "hotline", ["95598", "1"]) == found[:1]


def test_the_row_for_all_others_stands_in_no_wishs_way(store: Store) -> None:
    numbers.put(store, Did("!", "support"), ME)
    assert numbers.seed(store, "hotline", ["95598"], after(1))[0].fate == "bound"


def test_a_wish_that_is_no_number_makes_no_row(store: Store) -> None:
    assert numbers.seed(store, "hotline", ["a b", ""], ME) == []
    assert numbers.every(store) == []


# Many at once -----------------------------------------------------------------------------------------


def test_of_many_who_change_the_same_revision_one_wins(url: str, store: Store) -> None:
    first = numbers.put(store, Did("95598", "hotline"), ME)
    together, results = threading.Barrier(6), []

    def change(number: int) -> None:
        with open_current(url, patience=20.0) as own:
            together.wait()
            try:
                numbers.put(own, Did("95598", f"flow{number}"), after(number, first.revision))
                results.append("won")
            except Conflict:
                results.append("lost")

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["lost"] * 5 + ["won"]
    assert bindings.turn(store) >= 2


def test_a_store_is_copied_whole_into_an_empty_one_only(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    numbers.put(store, Did("95598", "hotline", "zh-CN", "main"), ME)
    with open_current(f"sqlite:///{tmp_path_factory.mktemp('other')}/ivory.db") as other:
        assert bindings.copy(store, other) == 1
        assert numbers.every(other) == numbers.every(store)
        assert bindings.turn(other) == bindings.turn(store)
        assert bindings.copy(store, other) == 0
