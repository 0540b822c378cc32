from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.dids import Did
from ivr.errors import IvoryError, StoreError
from ivr.flow.bundle import Bundle
from ivr.flow.releases import Serving
from ivr.runtime import reading
from ivr.store import numbers
from ivr.store.bindings import Change
from ivr.store.database import Store
from ivr.store.schema import open_current
from ivr.versions.publish import Desk, gather

FLOW = "id: {}\nlanguages: [en-US]\nnodes: {{a: {{type: play, prompt: [{}, {{audio: x.wav}}], next: {}}}}}\n"

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, "a", "me")


@pytest.fixture
def draft(tmp_path: Path) -> Callable[[str], Bundle]:
    (tmp_path / "x.wav").write_bytes(b"RIFF")

    def write(words: str) -> Bundle:
        (tmp_path / "a.yaml").write_text(FLOW.format("a", words, "'flow:b'"))
        (tmp_path / "b.yaml").write_text(FLOW.format("b", "Bye.", "end"))
        (tmp_path / "c.yaml").write_text(FLOW.format("c", "Other.", "end"))
        flows = reading.read(reading.files(tmp_path), tmp_path).flows
        return gather("a", flows, tmp_path)

    return write


def test_a_version_takes_all_along_that_its_calls_may_meet(draft: Callable[[str], Bundle]) -> None:
    bundle = draft("Hello.")
    assert set(bundle.manifest.flows) == {"a", "b"}
    assert set(bundle.manifest.sounds) == {"x.wav"}


def test_a_file_that_changes_while_it_is_published_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "x.wav").touch()
    (tmp_path / "a.yaml").write_text(FLOW.format("a", "Hello.", "end"))
    flows = reading.read(reading.files(tmp_path), tmp_path).flows
    (tmp_path / "a.yaml").write_text(FLOW.format("a", "Broken", "nowhere"))
    with pytest.raises(IvoryError, match="has just been changed"):
        gather("a", flows, tmp_path)


def test_publishing_twice_is_publishing_once(desk: Desk, draft: Callable[[str], Bundle]) -> None:
    bundle = draft("Hello.")
    first = desk.publish(bundle, message="why", tests="12 passed")
    assert first
    assert (first.turn, first.kind, first.by, first.message, first.tests) == (
        1,
        "publish",
        "me",
        "why",
        "12 passed",
    )
    assert desk.publish(bundle) is None
    assert [*desk.log] == [first]


def test_a_canary_grows_and_takes_over(desk: Desk, draft: Callable[[str], Bundle]) -> None:
    old, new = draft("Old."), draft("New.")
    desk.publish(old)
    desk.publish(new, percent=10)
    assert desk.publish(new, percent=10) is None
    desk.share(40)
    assert desk.serving() == Serving(old.id, new.id, 40)
    desk.promote()
    assert desk.serving() == Serving(new.id)
    desk.rollback()
    assert desk.serving() == Serving(old.id)


def test_a_canary_ends(desk: Desk, draft: Callable[[str], Bundle]) -> None:
    old, new = draft("Old."), draft("New.")
    desk.publish(old)
    desk.publish(new, percent=10)
    desk.share(0)
    assert desk.serving() == Serving(old.id)


def test_a_version_is_named_by_its_first_signs(desk: Desk, draft: Callable[[str], Bundle]) -> None:
    old, new = draft("Old."), draft("New.")
    desk.publish(old)
    desk.publish(new)
    desk.rollback(old.id[:6])
    assert desk.serving() == Serving(old.id)


def test_what_cannot_be_decided_says_why(desk: Desk, draft: Callable[[str], Bundle]) -> None:
    old, new = draft("Old."), draft("New.")
    for decide, words in (
        (lambda: desk.publish(old, percent=10), "no version of a serves yet"),
        (lambda: desk.rollback(), "no other version"),
        (lambda: desk.retire(), "no version of a is in service"),
    ):
        with pytest.raises(IvoryError, match=words):
            decide()  # type: ignore[no-untyped-call]
    desk.publish(old)
    for decide, words in (
        (lambda: desk.publish(old, percent=10), "serves all callers already"),
        (lambda: desk.share(10), "no canary"),
        (lambda: desk.promote(), "no canary"),
        (lambda: desk.rollback(), "no other version"),
        (lambda: desk.rollback(old.id), "serves already"),
        (lambda: desk.rollback("0123"), 'no version "0123"'),
        (lambda: desk.rollback(new.id), "no version"),
    ):
        with pytest.raises(IvoryError, match=words):
            decide()
    assert len(desk.log) == 1


# Numbers ----------------------------------------------------------------------------------------------


@pytest.fixture
def wishing(store: Store, tmp_path: Path) -> Callable[..., Bundle]:
    """Writes the flow `a` with wishes for numbers."""

    def write(*wishes: str) -> Bundle:
        text = FLOW.format("a", "Hello", "end") + f"numbers: {json.dumps(wishes)}\n"
        (tmp_path / "x.wav").write_bytes(b"RIFF")
        (tmp_path / "a.yaml").write_text(text)
        return gather("a", reading.read(reading.files(tmp_path), tmp_path).flows, tmp_path)

    return write


def rows(store: Store) -> dict[str, str]:
    return {one.did.number: one.did.flow for one in numbers.every(store)}


def test_what_a_flow_wishes_for_is_bound_when_it_is_published(
    desk: Desk, store: Store, wishing: Callable[..., Bundle]
) -> None:
    first = wishing("95598", "8001")
    desk.publish(first)
    assert rows(store) == {"95598": "a", "8001": "a"}
    desk.publish(wishing("95598"))
    assert rows(store) == {"95598": "a"}
    desk.rollback(first.id)
    assert rows(store) == {"95598": "a", "8001": "a"}
    desk.retire()
    assert rows(store) == {}


def test_a_canary_has_the_numbers_of_the_version_beside_it(
    desk: Desk, store: Store, wishing: Callable[..., Bundle]
) -> None:
    desk.publish(wishing("95598"))
    desk.publish(wishing("8001"), percent=10)
    assert rows(store) == {"95598": "a"}
    desk.promote()
    assert rows(store) == {"8001": "a"}


def test_a_number_that_another_flow_has_is_told_and_not_taken(
    desk: Desk, store: Store, wishing: Callable[..., Bundle]
) -> None:
    numbers.put(store, Did("95598", "b"), Change("admin", NOON))
    assert desk.wishes() == []
    desk.publish(wishing("95598", "8001"))
    assert rows(store) == {"95598": "b", "8001": "a"}
    assert [(one.wish, one.fate, one.flow) for one in desk.wishes()] == [
        ("95598", "taken", "b"),
        ("8001", "bound", "a"),
    ]


def test_a_publishing_that_fails_binds_nothing(
    desk: Desk, store: Store, wishing: Callable[..., Bundle], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("full")

    monkeypatch.setattr("ivr.store.numbers.note", fail)
    with pytest.raises(StoreError):
        desk.publish(wishing("95598"))
    assert rows(store) == {}
    assert list(desk.log) == []
