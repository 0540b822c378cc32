"""The flows in service as whoever is no worker finds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.runtime import reading
from ivr.runtime.in_service import in_service, wishes
from ivr.settings import Flows
from ivr.store.database import Store
from ivr.store.models import Contents
from ivr.store.schema import open_current
from ivr.versions.publish import Desk, gather

FLOW = 'id: {}\nlanguages: [en-US]\nnumbers: ["{}"]\nnodes: {{a: {{type: play, prompt: Hi., next: end}}}}\n'


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Flows:
    return Flows(dir=tmp_path, sounds=tmp_path)


def write(settings: Flows, name: str, number: str) -> None:
    (settings.dir / f"{name}.yaml").write_text(FLOW.format(name, number))


def publish(store: Store, settings: Flows, name: str) -> Desk:
    flows = reading.read(reading.files(settings.dir), settings.sounds).flows
    desk = Desk(store, name, "me")
    desk.publish(gather(name, flows, settings.sounds))
    return desk


def test_versions_serve_before_files_and_files_where_there_is_no_version(
    store: Store, settings: Flows
) -> None:
    write(settings, "a", "1")
    write(settings, "b", "2")
    publish(store, settings, "a")
    write(settings, "a", "3")
    assert wishes(in_service(store, settings)) == {"1": "a", "2": "b"}
    assert wishes(in_service(store, settings.model_copy(update={"drafts": False}))) == {"1": "a"}


def test_a_flow_that_is_retired_serves_nobody(store: Store, settings: Flows) -> None:
    write(settings, "a", "1")
    publish(store, settings, "a").retire()
    assert in_service(store, settings) == {}


def test_without_a_folder_there_is_what_is_published(store: Store, settings: Flows) -> None:
    write(settings, "a", "1")
    publish(store, settings, "a")
    gone = settings.model_copy(update={"dir": settings.dir / "gone"})
    assert list(in_service(store, gone)) == ["a"]


def test_a_version_that_this_ivory_cannot_read_is_left_out(
    store: Store, settings: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "a", "1")
    publish(store, settings, "a")
    monkeypatch.setattr(
        "ivr.store.versions.contents", lambda _store, digests: dict.fromkeys(digests, b"id: a")
    )
    assert Contents.select().count(store.db) == 1
    assert in_service(store, settings) == {}
