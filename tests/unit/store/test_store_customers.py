from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from ivr.customers.listed import Entry
from ivr.errors import StoreError
from ivr.store import customer_lists, customers
from ivr.store.customers import Customer
from ivr.store.database import Store
from ivr.store.records import ContactRecord, CustomerNumber, CustomerRecord
from ivr.store.upsert import Refused

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., list[Refused]]
LI = Customer(
    "C1",
    NOON,
    ("+8613800000001", "+8613800000002"),
    "李四",
    "Ivory",
    True,
    ("gold",),
    "1001",
    "zh-CN",
    {"a": 1},
)
ONE, TWO, THREE = "+8613800000001", "+8613800000002", "+8613800000003"


def contact(number: int, customer: str, agent: str = "", group: str = "billing") -> ContactRecord:
    at = NOON + timedelta(minutes=number)
    return ContactRecord(f"k{number}", at, customer=customer, ani=customer, group=group, agent=agent,
                         answered=at if agent else None)  # fmt: skip


def test_a_customer_is_found_by_each_number(store: Store) -> None:
    assert customers.write(store, [LI]) == []
    assert customers.find(store, ONE) == customers.find(store, TWO) == customers.get(store, "C1") == LI
    assert customers.find(store, THREE) is None


def test_an_empty_cell_changes_nothing_and_a_change_may_empty(store: Store) -> None:
    customers.write(store, [LI])
    customers.write(store, [Customer("C1", NOON, (THREE,), company="New")])
    found = customers.get(store, "C1")
    assert found is not None
    assert (found.name, found.company, found.vip, found.tags) == ("李四", "New", True, ("gold",))
    assert found.numbers == (ONE, TWO, THREE)
    customers.change(store, "C1", NOON, {"name": "", "vip": False, "tags": ()})
    found = customers.get(store, "C1")
    assert found is not None
    assert (found.name, found.vip, found.tags, found.company) == ("", False, (), "New")


def test_a_number_stays_with_its_customer_until_it_is_assigned(store: Store) -> None:
    customers.write(store, [LI, Customer("C2", NOON, (ONE,))])
    assert customers.owners(store, [ONE]) == {ONE: "C1"}
    customers.assign(store, "C2", ONE)
    assert customers.owners(store, [ONE, TWO]) == {ONE: "C2", TWO: "C1"}
    assert customers.release(store, ONE)
    assert not customers.release(store, ONE)


def test_history_is_that_of_all_numbers_and_of_the_time_before_they_were_known(
    store: Store, save: Save
) -> None:
    save(contact(1, ONE, "1001"), contact(2, TWO, "1002"), contact(3, THREE, "1003"))
    customers.write(store, [LI])
    save(contact(4, "C1", "1004", "sales"), contact(5, "C1"))
    assert [one.id for one in customers.history(store, LI)] == ["k5", "k4", "k2", "k1"]
    known = customers.acquaintance(store, ONE, NOON - timedelta(days=1))
    assert known.customer == LI
    assert known.contacts == 4
    assert [(one.group, one.agent) for one in known.served] == [("sales", "1004"), ("billing", "1002")]
    stranger = customers.acquaintance(store, THREE, NOON + timedelta(minutes=4))
    assert (stranger.customer, stranger.contacts, stranger.served) == (None, 0, ())


def test_merging_brings_all_together_and_is_told_when_there_is_nothing_to_merge(
    store: Store, save: Save
) -> None:
    customers.write(
        store, [LI, Customer("C2", NOON, (THREE,), company="Other", tags=("new",), attributes={"b": 2})]
    )
    save(contact(1, "C2", "1002"))
    merged = customers.merge(store, "C1", "C2", NOON)
    assert merged.numbers == (ONE, TWO, THREE)
    assert (merged.company, merged.tags, merged.attributes) == ("Ivory", ("gold", "new"), {"a": 1, "b": 2})
    assert customers.get(store, "C2") is None
    assert [one.id for one in customers.history(store, merged)] == ["k1"]
    for into, other in (("C1", "C1"), ("C1", "C2"), ("no", "C1")):
        with pytest.raises(StoreError):
            customers.merge(store, into, other, NOON)


def test_who_is_forgotten_leaves_contacts_by_number(store: Store, save: Save) -> None:
    customers.write(store, [LI])
    save(ContactRecord("k1", NOON, customer="C1", ani=TWO))
    customers.remove(store, "C1")
    assert customers.find(store, ONE) is None
    assert [one.id for one in customers.history(store, TWO)] == ["k1"]
    with pytest.raises(StoreError, match=r"no customer.*C1"):
        customers.remove(store, "C1")


def test_customers_are_listed_in_pages_and_searched(store: Store) -> None:
    many = [
        Customer(f"C{number:04d}", NOON, (f"+86138{number:08d}",), f"name {number}") for number in range(1203)
    ]
    customers.write(store, many)
    assert [one.id for one in customers.every(store)] == [one.id for one in many]
    assert [one.id for one in customers.every(store, "+8613800000777")] == ["C0777"]
    assert customers.count(store) == 1203


def test_what_an_operation_wrote_is_filled_in_not_overwritten(store: Store, save: Save) -> None:
    customers.write(store, [LI])
    save(CustomerNumber(ONE, ONE), CustomerRecord("C1", NOON, vip=False, changed=NOON))
    found = customers.find(store, ONE)
    assert found is not None
    assert (found.id, found.name, found.vip) == ("C1", "李四", False)


def test_a_list_finds_its_customers_by_key_or_number(store: Store) -> None:
    customers.write(store, [LI, Customer("C2", NOON, (THREE,))])
    four = "+8613800000004"
    plan = customer_lists.plan(
        store,
        [
            Entry(2, "", (ONE, four), "by number"),
            Entry(3, "C9", (four,), "new"),
            Entry(4, "C2", (ONE,)),
            Entry(5, "", (TWO, THREE)),
            Entry(6, "C3", ("+8613800000005",), attributes={"x": "y" * 5000}),
        ],
        NOON,
    )
    assert [(one.id, one.name) for one in plan.customers] == [("C1", "by number"), ("C9", "new")]
    assert plan.new == 1
    assert [problem.line for problem in plan.problems] == [4, 5, 6]
    assert "ivr customer merge C2 C1" in plan.problems[0].hint
