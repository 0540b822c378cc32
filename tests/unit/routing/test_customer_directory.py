from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import gevent
import pytest

from ivr.acd.events import Event, Remembered
from ivr.acd.model import Agent, Contact, Group, Plan, Tier
from ivr.clock import SystemClock
from ivr.errors import StoreError
from ivr.routing import directory as module
from ivr.routing.directory import CustomerDirectory
from ivr.routing.history import History
from ivr.runtime.ports import Known
from ivr.store import customers
from ivr.store.customers import Customer
from ivr.store.database import Store
from ivr.store.records import ContactRecord, CustomerNumber, CustomerRecord, Record
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert

NOW = SystemClock().now()
ONE = "+8613800000001"
LI = Customer("C1", NOW, (ONE,), "Li", "Ivory", True, ("gold",), "1001", "zh-CN")


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/ivory.db"
    with open_current(url) as store:
        customers.write(store, [LI])
        served = ContactRecord("k", NOW - timedelta(days=2), customer="C1", group="billing", agent="1002",
                               answered=NOW - timedelta(days=2))  # fmt: skip
        Upsert(store)([pack(served)])
    return url


@pytest.fixture
def begin() -> Iterator[Callable[..., CustomerDirectory]]:
    begun: list[CustomerDirectory] = []

    def make(
        open_database: Callable[[], Store], put: Callable[[Record], None] = lambda record: None
    ) -> CustomerDirectory:
        begun.append(CustomerDirectory(open_database, put, SystemClock()))
        begun[-1].start()
        return begun[-1]

    yield make
    for one in begun:
        one.stop()


def test_a_caller_is_known_with_their_agents(begin: Callable[..., CustomerDirectory], url: str) -> None:
    found = begin(lambda: open_current(url))
    known = Known("C1", "Li", True, ("gold",), "1001", "zh-CN", "Ivory", {}, 1, "1002")
    assert found.find("138 0000 0001") == known


@pytest.mark.parametrize(
    ("asked", "preferred"),
    [
        (Contact("k:1", "billing", 0.0, customer="C1"), "1001"),
        (Contact("k:1", "billing", 0.0, customer="C1", preferred="1003"), "1003"),
        (Contact("k:1", "billing", 0.0, customer="C1", only="1003"), ""),
        (Contact("k:1", "sales", 0.0, customer="C1"), ""),
        (Contact("k:1", "billing", 0.0), ""),
    ],
)
def test_their_own_agent_comes_first_and_the_router_learns_who_served_them(
    begin: Callable[..., CustomerDirectory], url: str, asked: Contact, preferred: str
) -> None:
    found = begin(lambda: open_current(url))
    found.find(ONE)
    told: list[Event] = []
    groups = {name: Group(name, last_agent_wait=9.0) for name in ("billing", "sales")}
    agents = {name: Agent(name, tiers={"billing": Tier()}) for name in ("1001", "1002", "1003")}
    contact = History(found.known, lambda: Plan(groups, agents), told.append).acquaint(asked)
    assert contact.preferred == preferred
    assert told == [
        Remembered("C1", "billing", "1002", (NOW - timedelta(days=2)).timestamp())
        for _ in range(asked.group == "billing" and asked.customer == "C1")
    ]


@pytest.mark.parametrize(
    "number", ["", "anonymous", "unknown", "0000", "00000000", "+266696687", "*31#", "sip:anonymous@x"]
)
def test_a_withheld_number_is_nobody_and_asks_nobody(number: str) -> None:
    def never() -> Store:
        raise AssertionError("the database was asked")

    found = CustomerDirectory(never, lambda record: None, SystemClock())
    found.start()
    assert found.find(number) == Known()
    found.remember(number, {"vip": True})
    found.stop()
    assert found.failed == 0


def test_callers_of_one_number_wait_for_one_answer(
    begin: Callable[..., CustomerDirectory], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    look = customers.acquaintance

    def counted(store: Store, key: str, *rest: object) -> object:
        asked.append(key)
        return look(store, key, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "acquaintance", counted)
    found = begin(lambda: open_current(url))
    several = [gevent.spawn(found.find, ONE) for _ in range(50)]
    gevent.joinall(several, timeout=5)
    assert {one.get().name for one in several} == {"Li"}
    assert found.find(ONE).name == "Li"
    assert asked == [ONE]


def test_a_database_that_is_slow_costs_a_call_a_fifth_of_a_second_and_the_others_nothing(
    begin: Callable[..., CustomerDirectory], url: str
) -> None:
    def slow() -> Store:
        time.sleep(0.6)  # a native thread: not patched, so it truly stands still
        return open_current(url)

    found = begin(slow)
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            gevent.sleep(0.01)

    ticker = gevent.spawn(tick)
    assert found.find(ONE) == Known(ONE)
    assert found.find("13800000002") == Known("+8613800000002")
    assert found.failed == 1  # the second did not even ask
    assert ticks >= 5
    ticker.kill()
    with gevent.Timeout(5):
        while found.find(ONE).name != "Li":
            gevent.sleep(0.05)


def test_a_database_that_is_away_leaves_callers_unknown_until_it_is_back(
    begin: Callable[..., CustomerDirectory], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REST", 0.05)
    away = True

    def door() -> Store:
        if away:
            raise StoreError("away")
        return open_current(url)

    found = begin(door)
    assert found.find(ONE) == Known(ONE)
    away = False
    gevent.sleep(0.06)
    assert found.find(ONE).name == "Li"


def test_what_an_operation_tells_is_written_for_the_next_call(
    begin: Callable[..., CustomerDirectory], url: str
) -> None:
    put: list[Record] = []
    found = begin(lambda: open_current(url), put.append)
    found.find(ONE)
    found.remember(ONE, {"vip": False, "agent": "1003"})
    found.remember("13800000002", {"name": "Wang"})
    with open_current(url) as store:
        assert Upsert(store)([pack(record) for record in put]) == []
    assert [type(record) for record in put] == [CustomerNumber, CustomerRecord] * 2
    li, wang = found.find(ONE), found.find("13800000002")
    assert (li.customer, li.name, li.vip, li.agent) == ("C1", "Li", False, "1003")
    assert (wang.customer, wang.name) == ("+8613800000002", "Wang")
