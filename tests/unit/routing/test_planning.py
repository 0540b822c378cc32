"""The plan in force: the draft, the store's newest turn, and a database that is away."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.acd.events import HoursChanged
from ivr.acd.plan import LoadedPlan
from ivr.acd.plan.hours import Opening, opening
from ivr.acd.plan.model import Centre, SkillGroup
from ivr.errors import StoreError
from ivr.hours import Book, Entry, Forced
from ivr.routing import planfile
from ivr.routing.opening import Hours
from ivr.routing.planning import Planning
from ivr.store import plans
from ivr.store.database import Store
from ivr.store.plans import PlanTurn
from ivr.store.schema import open_current

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


class Room:
    """A draft, a mirror and a database, which may be taken away."""

    def __init__(self, folder: Path) -> None:
        self.draft, self.mirror = folder / "routing.yaml", folder / "kept/routing.json"
        self.url = f"sqlite:///{folder}/ivory.db"
        self.away = False
        self.opened = 0
        self.told: list[LoadedPlan] = []
        self._begun: list[Planning] = []

    def open(self) -> Store:
        self.opened += 1
        if self.away:
            raise StoreError("the database is away")
        return open_current(self.url)

    def planning(self) -> Planning:
        self._begun.append(Planning(self.draft, self.mirror, self.open, self.told.append))
        return self._begun[-1]

    def turn(self, number: int, text: str) -> None:
        with open_current(self.url) as store:
            plans.add(store, PlanTurn(number, text, NOW))

    def stop(self) -> None:
        for planning in self._begun:
            planning.stop()


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written here is written at once."""
    monkeypatch.setattr(planfile, "SETTLED", 0.0)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.stop()


def groups(planning: Planning) -> list[str]:
    return list(planning.now.plan.groups)


def test_without_a_file_there_is_a_plan_of_nobody(room: Room) -> None:
    planning = room.planning()
    assert planning.refresh()
    assert (groups(planning), len(room.told)) == ([], 1)
    assert not planning.refresh()


def test_a_draft_serves_and_is_read_again_when_it_changes(room: Room) -> None:
    room.draft.write_text("groups: {a: {}}")
    planning = room.planning()
    planning.refresh()
    assert groups(planning) == ["a"]
    room.draft.write_text("groups: {a: {}, b: {}}")
    assert planning.refresh()
    assert groups(planning) == ["a", "b"]
    assert planning.now.turn == 0
    room.draft.unlink()
    planning.refresh()
    assert groups(planning) == []


def test_a_draft_with_an_error_leaves_the_plan_there_was(room: Room) -> None:
    room.draft.write_text("groups: {a: {}}")
    planning = room.planning()
    planning.refresh()
    for wrong in ("groups: {a: {ring: 5}}", "groups: [", "\ud800"):
        room.draft.write_bytes(wrong.encode("utf-8", "surrogatepass"))
        assert not planning.refresh()
        assert groups(planning) == ["a"]
    room.draft.write_text("groups: {c: {}}")
    assert planning.refresh()
    assert groups(planning) == ["c"]


def test_the_newest_turn_of_the_store_comes_before_the_draft(room: Room) -> None:
    room.draft.write_text("groups: {draft: {}}")
    room.turn(1, "groups: {a: {}}")
    planning = room.planning()
    planning.refresh()
    assert (groups(planning), planning.now.turn, planning.now.plan.turn) == (["a"], 1, 1)
    room.turn(2, "groups: {b: {}}")
    assert planning.refresh()
    assert groups(planning) == ["b"]
    room.draft.write_text("groups: {other: {}}")
    assert not planning.refresh()
    assert [plan.turn for plan in room.told] == [1, 2]


def test_a_database_that_goes_away_changes_nothing(room: Room) -> None:
    room.turn(1, "groups: {a: {}}")
    planning = room.planning()
    planning.refresh()
    room.away = True
    planning._watch.close()  # as a server's connection that breaks
    for _ in range(3):
        assert not planning.refresh()
    assert groups(planning) == ["a"]
    room.away = False
    room.turn(2, "groups: {b: {}}")
    assert planning.refresh()
    assert groups(planning) == ["b"]


def test_a_worker_that_starts_without_the_database_begins_with_what_was_seen_last(room: Room) -> None:
    room.turn(1, "groups: {a: {}}")
    room.planning().refresh()
    assert stat.S_IMODE(room.mirror.stat().st_mode) == 0o600
    room.away = True
    planning = room.planning()
    assert planning.refresh()
    assert (groups(planning), planning.now.turn) == (["a"], 1)


def test_what_was_seen_last_serves_before_the_database_is_asked(room: Room) -> None:
    room.turn(1, "groups: {a: {}}")
    room.planning().refresh()
    room.turn(2, "groups: {b: {}}")
    opened = room.opened
    planning = room.planning()
    planning.refresh()
    assert (groups(planning), room.opened) == (["a"], opened)
    planning.refresh()
    assert groups(planning) == ["b"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"turn": "x", "text": ""}', "null", "[" * 100_000])
def test_a_damaged_mirror_is_none(room: Room, content: str) -> None:
    room.turn(1, "groups: {a: {}}")
    room.mirror.parent.mkdir()
    room.mirror.write_text(content)
    planning = room.planning()
    planning.refresh()
    assert groups(planning) == ["a"]


def test_a_mirror_that_cannot_be_written_is_told_and_the_plan_serves(room: Room) -> None:
    room.mirror.parent.write_text("no folder")
    room.turn(1, "groups: {a: {}}")
    planning = room.planning()
    planning.refresh()
    assert groups(planning) == ["a"]


def test_a_store_that_was_emptied_gives_way_to_the_draft(room: Room) -> None:
    room.turn(1, "groups: {a: {}}")
    planning = room.planning()
    planning.refresh()
    room.draft.write_text("groups: {draft: {}}")
    with open_current(room.url) as store:
        store.db.execute_sql("DELETE FROM routing_plans")
    assert planning.refresh()
    assert groups(planning) == ["draft"]
    assert not room.mirror.exists()


def test_who_is_told_may_fail_and_the_next_plan_is_told_all_the_same(room: Room) -> None:
    room.draft.write_text("groups: {a: {}}")
    planning = room.planning()

    def fail(plan: LoadedPlan) -> None:
        raise RuntimeError("no")

    planning.on_change = fail
    with pytest.raises(RuntimeError):
        planning.refresh()
    assert groups(planning) == ["a"]
    planning.on_change = room.told.append
    room.draft.write_text("groups: {a: {}, b: {}}")
    assert planning.refresh()
    assert len(room.told) == 1


def test_it_looks_by_itself_until_it_is_stopped(room: Room) -> None:
    import gevent

    planning = room.planning()
    planning.start(every=0.01)
    assert planning.alive
    room.draft.write_text("groups: {a: {}}")
    with gevent.Timeout(5):
        while groups(planning) != ["a"]:
            gevent.sleep(0.01)
    assert len(planning.threads) == 1


# Hours ------------------------------------------------------------------------------------------------

PLAN = """
calendars:
  office: {timezone: Asia/Shanghai, mon-fri: "09:00-18:00"}
groups: {day: {hours: office}, always: {}}
"""


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-23 {clock}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def told(room: Room) -> tuple[Hours, list[HoursChanged], Callable[..., None]]:
    room.draft.write_text(PLAN)
    planning = room.planning()
    planning.refresh()
    news: list[HoursChanged] = []
    hours = Hours(planning.opening, news.append)

    def write(text: str) -> None:
        room.draft.write_text(text)
        planning.refresh()

    return hours, news, write


Told = tuple[Hours, list[HoursChanged], Callable[..., None]]


def test_the_router_hears_when_a_group_closes_and_opens(told: Told) -> None:
    hours, news, _ = told
    moment = at("08:00")
    while moment < at("19:00"):
        hours.look(moment)
        moment += timedelta(minutes=1)
    assert news == [HoursChanged("day", False), HoursChanged("day", True), HoursChanged("day", False)]


def test_a_new_router_hears_how_every_group_stands(told: Told) -> None:
    hours, news, _ = told
    hours.look(at("12:00"))
    assert news == []
    hours.look(at("12:00"), anew=True)
    assert news == [HoursChanged("always", True), HoursChanged("day", True)]


def test_the_houses_calendar_goes_before_the_plans(room: Room) -> None:
    room.draft.write_text(PLAN)
    closed = {"office": Entry(forced=Forced("closed", at("15:00")))}
    planning = Planning(room.draft, room.mirror, room.open, book=lambda: Book(closed))
    planning.refresh()
    now = planning.opening(at("12:00"))
    planning.stop()
    assert now == Opening(frozenset({"always"}), frozenset({"day"}), at("15:00"))


def test_a_group_whose_calendar_nobody_knows_is_open() -> None:
    centre = Centre(groups={"day": SkillGroup(hours="office")})
    assert opening(centre, NOW).open == {"day"}


def test_another_plan_changes_hours_at_once(told: Told) -> None:
    hours, news, write = told
    hours.look(at("08:00"))
    write(PLAN.replace("{hours: office}", "{}"))
    hours.look(at("08:00"), anew=True)
    assert news[-1] == HoursChanged("day", True)


def test_the_database_is_opened_once_for_many_looks(room: Room) -> None:
    room.turn(1, "groups: {a: {}}")
    planning = room.planning()
    for _ in range(5):
        planning.refresh()
    assert room.opened == 1


def test_a_draft_that_is_being_written_serves_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "routing.yaml"
    draft = planfile.Draft(path)
    monkeypatch.setattr(planfile, "SETTLED", 60.0)
    path.write_text("skills: {}\n")
    assert draft.read().text == "skills: {}\n"  # nothing else could serve
    path.write_text("")  # an editor begins to write
    assert draft.read().text == "skills: {}\n"
    path.write_text("groups: {}\n")
    os.utime(path, (0, time.time() - 61))
    assert draft.read().text == "groups: {}\n"
