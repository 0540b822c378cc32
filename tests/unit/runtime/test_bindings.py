"""Numbers and calendars in force: what the store says, and what this machine saw last while it is away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ivr.dids import Did
from ivr.errors import StoreError
from ivr.hours import Entry, Forced
from ivr.hours.written import read
from ivr.runtime.bindings import Bindings
from ivr.runtime.drafts import Drafts
from ivr.runtime.library import Library
from ivr.store import calendars, numbers
from ivr.store.bindings import Change
from ivr.store.database import Store
from ivr.store.models import Calendars
from ivr.store.schema import open_current

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ME = Change("me", NOON)
DAYS = {"timezone": "Asia/Shanghai", "daily": "09:00-18:00"}
CLOSED = Forced("closed", NOON + timedelta(hours=1), "水淹")
FLOW = (
    'id: {}\nlanguages: [en-US]\nnumbers: ["{}"]\nnodes: {{a: {{type: play, prompt: Hello., next: end}}}}\n'
)


class House:
    """A database, which may be taken away, and one machine's disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mirror = folder / "published/bindings.json"
        self.away = False
        self._begun: list[Bindings] = []

    def open(self) -> Store:
        if self.away:
            raise StoreError("the database is away")
        return open_current(f"sqlite:///{self.folder}/ivory.db")

    def change(self, work: Callable[[Store], object]) -> None:
        with self.open() as store:
            work(store)

    def bind(self, number: str, flow: str, **more: str | bool) -> None:
        self.change(lambda store: numbers.put(store, Did(number, flow, **more), ME))  # type: ignore[arg-type]

    def worker(self) -> Bindings:
        self._begun.append(Bindings(self.mirror, self.open))
        self._begun[-1].refresh()
        return self._begun[-1]

    def stop(self) -> None:
        for one in self._begun:
            one.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.stop()


def flow_of(bindings: Bindings, dnis: str) -> str:
    chosen = bindings.now.dids.choose(dnis)
    return chosen.flow if chosen else "nobody"


def test_a_change_is_in_force_at_the_next_look(house: House) -> None:
    worker = house.worker()
    assert flow_of(worker, "95598") == "nobody"
    house.bind("95598", "hotline")
    assert worker.refresh()
    assert flow_of(worker, "95598") == "hotline"
    assert not worker.refresh()
    house.change(lambda store: numbers.remove(store, "95598", ME))
    assert worker.refresh()
    assert flow_of(worker, "95598") == "nobody"


def test_calendars_come_with_what_was_switched_by_hand(house: House) -> None:
    house.change(lambda store: calendars.put(store, "office", DAYS, ME))
    house.change(lambda store: calendars.force(store, "shop", CLOSED, ME))
    assert house.worker().now.calendars.entries == {"office": Entry(read(DAYS)), "shop": Entry(None, CLOSED)}


def test_a_worker_that_starts_while_the_database_is_away_has_what_was_seen_last(house: House) -> None:
    house.bind("95598", "hotline", language="en-US", note="main", enabled=False)
    house.change(lambda store: calendars.put(store, "office", DAYS, ME))
    house.change(lambda store: calendars.force(store, "office", CLOSED, ME))
    before = house.worker().now
    house.away = True
    after = house.worker().now
    assert dict(after.dids.rows) == dict(before.dids.rows)
    assert after.calendars.entries == before.calendars.entries


def test_a_database_that_goes_away_changes_nothing_and_is_told_once(house: House) -> None:
    house.bind("95598", "hotline")
    worker = house.worker()
    worker._watch.close()
    house.away = True
    with capture_logs() as logs:
        assert not worker.refresh()
        assert not worker.refresh()
    assert flow_of(worker, "95598") == "hotline"
    assert len([line for line in logs if "database is away" in str(line.get("trouble"))]) == 1
    house.away = False
    house.bind("95598", "support")
    assert worker.refresh()
    assert flow_of(worker, "95598") == "support"


def test_what_another_database_left_on_the_disk_serves_until_this_one_was_asked(house: House) -> None:
    house.bind("95598", "hotline")
    house.worker()
    (house.folder / "ivory.db").unlink()
    house.bind("95598", "support")  # as many changes as in the one before
    worker = house.worker()
    worker.refresh()
    assert flow_of(worker, "95598") == "support"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"turn": 1}',
        '{"turn": 1, "numbers": [{"number": 1}], "calendars": {}}',
        '{"turn": 1, "numbers": [], "calendars": {"office": {"hours": "daily"}}}',
        '{"turn": 1, "numbers": [], "calendars": {"a": {"forced": {"state": "ajar", "until": null}}}}',
        "[" * 100_000,
    ],
)
def test_a_mirror_that_cannot_be_read_is_as_if_it_were_not_there(house: House, content: str) -> None:
    house.mirror.parent.mkdir()
    house.mirror.write_text(content)
    house.bind("95598", "hotline")
    assert flow_of(house.worker(), "95598") == "hotline"


def test_a_disk_that_takes_nothing_is_told_and_tried_again(house: House) -> None:
    house.mirror.parent.write_text("a file where the folder should be")
    house.bind("95598", "hotline")
    with capture_logs() as logs:
        worker = house.worker()
        worker.refresh()
    assert flow_of(worker, "95598") == "hotline"
    assert len([line for line in logs if "cannot be written" in str(line.get("trouble"))]) == 1
    house.mirror.parent.unlink()
    worker.refresh()
    assert house.mirror.is_file()
    assert house.mirror.stat().st_mode & 0o777 == 0o600


def test_hours_that_cannot_be_read_leave_in_force_what_there_was(house: House) -> None:
    house.change(lambda store: calendars.put(store, "office", DAYS, ME))
    worker = house.worker()
    house.change(lambda store: Calendars.update(hours='{"timezone": "Mars"}').execute(store.db))
    house.change(lambda store: calendars.force(store, "office", CLOSED, ME))
    with capture_logs() as logs:
        worker.refresh()
    assert worker.now.calendars.entries["office"] == Entry(read(DAYS), CLOSED)
    assert any("keeps its last hours" in str(line.get("trouble")) for line in logs)


def test_whoever_wants_to_know_is_told_of_news_alone(house: House) -> None:
    worker, told = house.worker(), []
    worker.on_change = lambda: told.append(worker.now.turn)
    worker.refresh()
    house.bind("95598", "hotline")
    worker.refresh()
    worker.refresh()
    assert told == [1]


# Whom calls come to -----------------------------------------------------------------------------------


@pytest.fixture
def library(house: House) -> Library:
    for name, number in (("hotline", "95598"), ("support", "8001")):
        (house.folder / f"{name}.yaml").write_text(FLOW.format(name, number))
    worker = house.worker()
    library = Library(Drafts(house.folder, house.folder), numbers=lambda: worker.now.dids)
    worker.on_change = lambda: None
    library.refresh()
    house.refresh = worker.refresh  # type: ignore[attr-defined]
    return library


def answers(house: House, library: Library, dnis: str, wish: str = "") -> tuple[str, str]:
    house.refresh()  # type: ignore[attr-defined]
    entry = library.choose(wish, dnis)
    return (entry.start, entry.language) if entry else ("", "")


def test_without_a_row_the_flow_that_wishes_answers(house: House, library: Library) -> None:
    assert answers(house, library, "95598") == ("hotline", "")


def test_a_row_decides_for_the_next_call(house: House, library: Library) -> None:
    house.bind("95598", "support", language="en-US")
    assert answers(house, library, "95598") == ("support", "en-US")
    house.bind("95598", "support", enabled=False)
    assert answers(house, library, "95598") == ("", "")


def test_a_flow_that_the_dialplan_names_needs_no_number(house: House, library: Library) -> None:
    house.bind("95598", "support")
    assert answers(house, library, "95598", wish="hotline") == ("hotline", "")


def test_a_row_for_a_flow_that_is_not_there_leads_nowhere_and_is_told(house: House, library: Library) -> None:
    house.bind("95598", "gone")
    with capture_logs() as logs:
        assert answers(house, library, "95598") == ("", "")
    assert [line["flow"] for line in logs if line["event"] == "number leads nowhere"] == ["gone"]


def test_nothing_of_this_needs_the_folder_to_stay(house: House, library: Library) -> None:
    house.bind("8XXX", "support")
    assert answers(house, library, "8765") == ("support", "")
    shutil.rmtree(house.mirror.parent)
    assert answers(house, library, "8765") == ("support", "")
