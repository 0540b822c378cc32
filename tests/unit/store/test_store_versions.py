from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.errors import StoreError
from ivr.flow.bundle import Bundle
from ivr.flow.releases import Release
from ivr.store import versions
from ivr.store.database import Store
from ivr.store.models import Contents
from ivr.store.schema import open_current

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BUNDLE = Bundle.of("a", {"a": b"id: a"}, {"\u60a8\u597d.wav": bytes(range(256))})
NEXT = Bundle.of("a", {"a": b"id: a # newer"}, {"\u60a8\u597d.wav": bytes(range(256))})


def release(turn: int, version: str, kind: str = "publish") -> Release:
    return Release("a", turn, kind, version, NOON + timedelta(turn), by="me", message="why")  # type: ignore[arg-type]


def test_what_was_kept_comes_back_as_it_was(store: Store) -> None:
    versions.keep(store, BUNDLE, release(1, BUNDLE.id))
    assert versions.manifest(store, BUNDLE.id) == BUNDLE.manifest
    assert versions.contents(store, BUNDLE.manifest.contents) == BUNDLE.contents
    assert versions.releases(store) == versions.releases(store, "a") == [release(1, BUNDLE.id)]
    assert versions.releases(store, "b") == []
    assert versions.made(store, "a") == {BUNDLE.id: NOON + timedelta(1)}
    assert versions.count(store) == 1


def test_a_content_that_versions_share_is_kept_once(store: Store) -> None:
    versions.keep(store, BUNDLE, release(1, BUNDLE.id))
    versions.keep(store, NEXT, release(2, NEXT.id))
    assert len(list(Contents.select(Contents.digest).execute(store.db))) == 3
    assert list(versions.made(store, "a")) == [BUNDLE.id, NEXT.id]


def test_of_two_who_decide_at_once_one_is_told_to_look_again(store: Store, url: str) -> None:
    versions.keep(store, BUNDLE, release(1, BUNDLE.id))
    with open_current(url) as other:
        versions.keep(other, NEXT, release(2, NEXT.id))
    with pytest.raises(StoreError, match="somebody else has released a meanwhile"):
        versions.add(store, release(2, BUNDLE.id, "rollback"))
    assert [one.version for one in versions.releases(store)] == [BUNDLE.id, NEXT.id]


def test_nothing_is_kept_of_a_version_that_cannot_be_released(store: Store) -> None:
    versions.keep(store, BUNDLE, release(1, BUNDLE.id))
    with pytest.raises(StoreError):
        versions.keep(store, NEXT, release(1, NEXT.id))
    assert versions.manifest(store, NEXT.id) is None
    assert list(versions.made(store, "a")) == [BUNDLE.id]


def test_a_version_that_does_not_exist_cannot_serve(store: Store) -> None:
    with pytest.raises(StoreError, match='no version "123"'):
        versions.add(store, release(1, "123"))
    assert versions.count(store) == 0


def test_a_damaged_content_is_told(store: Store) -> None:
    versions.keep(store, BUNDLE, release(1, BUNDLE.id))
    Contents.update(data=b"other").execute(store.db)
    with pytest.raises(StoreError, match="damaged"):
        versions.contents(store, BUNDLE.manifest.contents)


def test_a_version_of_an_hour_of_sound_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "MAX_BYTES", 100)
    with pytest.raises(StoreError, match="use shorter sounds"):
        versions.keep(store, BUNDLE, release(1, BUNDLE.id))
    assert versions.count(store) == 0


def test_versions_move_to_another_database(store: Store, tmp_path: Path) -> None:
    versions.keep(store, BUNDLE, release(1, BUNDLE.id))
    versions.keep(store, NEXT, release(2, NEXT.id))
    with open_current(f"sqlite:///{tmp_path}/other.db") as other:
        assert versions.copy(store, other) == 2
        assert versions.copy(store, other) == 2
        assert versions.releases(other) == versions.releases(store)
        assert versions.made(other, "a") == versions.made(store, "a")
        assert versions.contents(other, NEXT.manifest.contents) == NEXT.contents
