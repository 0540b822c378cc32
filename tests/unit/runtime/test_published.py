"""What serves callers: published versions before drafts, whatever becomes of the database and the disk."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import gevent
import pytest

from ivr.errors import IvoryError, StoreError
from ivr.flow.scripted import ScriptedCall
from ivr.runtime import reading
from ivr.runtime.drafts import Drafts
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey
from ivr.runtime.library import Library
from ivr.runtime.published import Published
from ivr.store.database import Store
from ivr.store.schema import open_current
from ivr.versions.publish import Desk, gather
from tests.calls import Services

FLOW = 'id: {}\nlanguages: [en-US]\nnumbers: ["{}"]\nnodes: {{a: {{type: play, prompt: {}, next: end}}}}\n'


class House:
    """Drafts, a database and the mirror of one machine; `library()` is what a worker that starts has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.away = False
        self.drafts = folder / "flows"
        self.drafts.mkdir()
        self._libraries: list[Library] = []

    def open(self) -> Store:
        if self.away:
            raise StoreError("the database is away")
        return open_current(f"sqlite:///{self.folder}/ivory.db")

    def draft(self, name: str, words: str, number: str = "1") -> None:
        (self.drafts / f"{name}.yaml").write_text(FLOW.format(name, number, words))

    def publish(self, name: str, words: str, percent: int = 100, number: str = "1") -> str:
        self.draft(name, words, number)
        bundle = gather(name, reading.read(reading.files(self.drafts)).flows, self.drafts)
        with self.open() as store:
            Desk(store, name, "me").publish(bundle, percent=percent)
        return bundle.id

    def decide(self, name: str, what: Callable[[Desk], object]) -> None:
        with self.open() as store:
            what(Desk(store, name, "me"))

    def library(self, *, serve_drafts: bool = True) -> Library:
        published = Published(self.folder / "published", self.open)
        library = Library(Drafts(self.drafts, self.drafts), published, serve_drafts=serve_drafts)
        self._libraries.append(library)
        library.refresh()
        return library

    def stop(self) -> None:
        for library in self._libraries:
            library.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.stop()


def said(library: Library, name: str = "a", caller: str = "1380000", number: str = "1") -> str:
    entry = library.choose(name, number, caller)
    if entry is None:
        return ""
    call = ScriptedCall()
    Engine(call, entry.flows, entry.start, Services(), Journey()).run()
    return call.heard


def test_a_draft_serves_until_a_version_is_published(house: House) -> None:
    house.draft("a", "Draft.")
    library = house.library()
    assert said(library) == "Draft."
    house.publish("a", "Version.")
    assert library.refresh()
    house.draft("a", "Half finished.")
    library.refresh()
    assert said(library) == "Version."
    assert not library.refresh()


def test_drafts_need_not_serve_at_all(house: House) -> None:
    house.draft("a", "Draft.")
    library = house.library(serve_drafts=False)
    assert said(library) == ""
    house.publish("a", "Version.")
    library.refresh()
    assert said(library) == "Version."


def test_a_version_serves_when_its_file_is_gone(house: House) -> None:
    house.publish("a", "Version.")
    (house.drafts / "a.yaml").unlink()
    assert said(house.library()) == "Version."


def test_a_number_leads_to_the_version_even_when_a_draft_wishes_for_it(house: House) -> None:
    house.publish("a", "Version.", number="95598")
    house.draft("b", "Draft.", number="95598")
    assert said(house.library(), "", number="95598") == "Version."


def test_a_flow_that_is_retired_serves_nobody_new(house: House) -> None:
    house.publish("a", "Version.")
    library = house.library()
    house.decide("a", lambda desk: desk.retire())
    library.refresh()
    assert said(library) == ""
    house.decide("a", lambda desk: desk.rollback())
    library.refresh()
    assert said(library) == "Version."


def test_callers_are_shared_out_and_each_stays_where_they_are(house: House) -> None:
    house.publish("a", "Old.")
    house.publish("a", "New.", percent=30)
    library = house.library()
    callers = [f"1380000{number:04}" for number in range(300)]
    first = {caller: said(library, caller=caller) for caller in callers}
    assert 50 < sum(words == "New." for words in first.values()) < 130
    assert first == {caller: said(library, caller=caller) for caller in callers}


def test_a_call_goes_on_in_the_version_it_began_with(house: House) -> None:
    old = house.publish("a", "Old.")
    library = house.library()
    house.publish("a", "New.")
    library.refresh()
    assert said(library) == "New."
    assert library.resume(old, "a")["a"].version == old
    assert house.library().resume(old, "a")["a"].version == old  # a worker that never served it


def test_a_call_whose_version_is_nowhere_goes_on_in_what_serves_now(house: House) -> None:
    house.draft("a", "Draft.")
    library = house.library()
    assert library.resume("0123456789ab", "a")["a"].flow.id == "a"
    new = house.publish("a", "New.")
    library.refresh()
    assert library.resume("0123456789ab", "a")["a"].version == new


def test_a_worker_that_starts_while_the_database_is_away_serves_what_served(house: House) -> None:
    old = house.publish("a", "Old.")
    new = house.publish("a", "New.")
    house.library().resume(old, "a")
    house.away = True
    house.draft("a", "Draft.")
    library = house.library()
    assert said(library) == "New."
    assert library.resume(old, "a")["a"].version == old
    assert library.resume(new, "a")["a"].version == new
    house.away = False
    house.publish("a", "Newest.")
    library.refresh()
    assert said(library) == "Newest."


def test_what_served_goes_on_serving_when_the_database_goes(house: House) -> None:
    house.publish("a", "Version.")
    library = house.library()
    library.refresh()
    house.away = True
    shutil.rmtree(house.folder / "published")
    (house.folder / "ivory.db").unlink()
    library.refresh()
    assert said(library) == "Version."


def test_a_new_machine_gets_everything_from_the_database(house: House) -> None:
    house.publish("a", "Version.")
    assert said(house.library()) == "Version."
    shutil.rmtree(house.folder / "published")
    assert said(house.library()) == "Version."


def test_a_version_that_is_damaged_on_disk_is_brought_again(house: House) -> None:
    house.publish("a", "Version.")
    house.library()
    for file in (house.folder / "published" / "flows").iterdir():
        file.write_text("id: evil")
    library = house.library()
    library.refresh()
    assert said(library) == "Version."


def test_a_version_that_cannot_serve_leaves_in_service_what_there_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.publish("a", "Old.")
    library = house.library()
    house.publish("a", "New.")

    def refuse(_mirror: object, version: str) -> None:
        raise IvoryError(f"version {version} cannot serve with this Ivory")

    monkeypatch.setattr("ivr.versions.mirror.Mirror.load", refuse)
    library.refresh()
    assert said(library) == "Old."


def test_whoever_prepares_sounds_is_told_of_all_that_serves(house: House) -> None:
    told: list[set[str]] = []
    old = house.publish("a", "Old.")
    new = house.publish("a", "New.", percent=30)
    house.draft("b", "Draft.", number="2")
    published = Published(house.folder / "published", partial(house.open))
    library = Library(
        Drafts(house.drafts, house.drafts), published, on_change=lambda flows: told.append(set(flows))
    )
    library.refresh()
    library.stop()
    assert told[-1] >= {f"a@{old}", f"a@{new}", "b"}


def test_calls_of_a_version_that_is_nowhere_ask_for_it_once(house: House) -> None:
    house.draft("a", "Draft.")
    library = house.library()
    asked: list[int] = []
    opened = house.open

    def slow() -> Store:
        asked.append(1)
        time.sleep(0.2)  # in the thread that asks
        return opened()

    house.away, house.open = True, slow  # type: ignore[method-assign]
    library.stop()
    library = house.library()
    asked.clear()
    began = time.monotonic()
    gevent.joinall([gevent.spawn(library.resume, "0123456789ab", "a") for _ in range(50)])
    assert len(asked) == 1
    assert time.monotonic() - began < 5


def test_a_draft_that_still_serves_is_taken_up_without_asking_anybody(house: House) -> None:
    house.draft("a", "Draft.")
    library = house.library()
    version = library.flows["a"].version
    house.open = None  # type: ignore[assignment, method-assign]
    assert library.resume(version, "a")["a"].version == version


def test_a_version_on_disk_is_had_while_the_database_does_not_answer(house: House) -> None:
    old = house.publish("a", "Old.")
    house.library()
    house.publish("a", "New.")
    library = house.library()
    hangs, answered = threading.Event(), threading.Event()

    def silent(_store: Store) -> int:
        hangs.set()
        answered.wait(10)
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ivr.store.versions.count", silent)
        looking = gevent.spawn(library.refresh)
        gevent.sleep(0.05)
        assert library.resume(old, "a")["a"].version == old
        assert not looking.ready()
        answered.set()
        looking.join(10)


def test_a_version_that_was_damaged_is_gone_back_to(house: House) -> None:
    house.publish("a", "Old.")
    house.library()
    house.publish("a", "New.")
    library = house.library()
    for file in (house.folder / "published" / "flows").iterdir():
        file.write_text("id: evil")
    house.decide("a", lambda desk: desk.rollback())
    library._published._loaded.clear()  # type: ignore[union-attr]  # as after a restart
    library.refresh()
    library.refresh()
    assert said(library) == "Old."
