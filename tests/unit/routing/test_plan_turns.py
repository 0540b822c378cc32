"""The log of plans: who changes one, what becomes of PINs, and two who change it at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.acd.plan import load
from ivr.errors import FlowError, IvoryError, StoreError
from ivr.routing.turns import Turns, shown
from ivr.store import plans
from ivr.store.database import Store
from ivr.store.plans import PlanTurn
from ivr.store.schema import open_current

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
PLAN = """\
# Ours.
groups:
  billing: {agents: [1001]}   # the queue
agents:
  1001: {name: 王芳, pin: "4711"}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_current(f"sqlite:///{tmp_path}/ivory.db") as store:
        yield store


def turns(store: Store, by: str = "zhang") -> Turns:
    return Turns(store, by, now=lambda: NOW)


def put(store: Store, text: str = PLAN, **more: str) -> PlanTurn | None:
    return turns(store).put(text, "routing.yaml", **more)  # type: ignore[arg-type]


def test_a_plan_is_kept_with_who_when_and_why(store: Store) -> None:
    assert turns(store).present() is None
    put(store, message="first")
    (only,) = turns(store).log()
    assert (only.turn, only.at, only.by, only.message, only.text) == (1, NOW, "zhang", "first", "")
    present = turns(store).present()
    assert present is not None
    assert (present.turn, present.plan.turn) == (1, 1)
    assert present.text.startswith("# Ours.\n")
    assert "# the queue" in present.text


def test_a_plan_that_is_in_force_already_is_no_turn(store: Store) -> None:
    put(store)
    assert put(store) is None
    assert len(turns(store).log()) == 1


def test_a_pin_is_kept_as_a_hash_that_fits(store: Store) -> None:
    put(store)
    kept = plans.get(store, 1)
    assert kept is not None
    assert "4711" not in kept.text
    plan = turns(store).turn(1)
    assert plan.pin_fits("1001", "4711")
    assert not plan.pin_fits("1001", "4712")


def test_a_plan_for_people_shows_no_pin_and_can_be_loaded_again(store: Store) -> None:
    put(store)
    text = shown(turns(store).turn(1))
    assert text.splitlines()[0] == "# turn 1"
    assert "scrypt" not in text
    assert "pin: kept" in text
    assert put(store, text) is None
    put(store, text.replace("王芳", "王小芳"))
    plan = turns(store).turn(2)
    assert plan.pin_fits("1001", "4711")
    assert "# turn" not in plan.text


def test_a_pin_that_is_to_be_kept_must_be_there(store: Store) -> None:
    with pytest.raises(FlowError, match=r"routing\.yaml:5:25 A219"):
        put(store, PLAN.replace('"4711"', "kept"))
    assert turns(store).log() == []


def test_nothing_with_an_error_comes_into_force(store: Store) -> None:
    with pytest.raises(FlowError, match="A211"):
        put(store, "groups: {billing: {}}")
    with pytest.raises(FlowError, match="F104"):
        put(store, "queues: {}")
    assert turns(store).log() == []


def test_a_plan_made_of_an_older_turn_is_told_so(store: Store) -> None:
    put(store)
    old = shown(turns(store).turn(1))
    put(store, PLAN.replace("王芳", "王小芳"))
    with pytest.raises(StoreError, match=r"made of turn 1, and turn 2 is in force; .*--anyway"):
        put(store, old)
    turns(store).put(old, "routing.yaml", anyway=True)
    assert [one.turn for one in turns(store).log()] == [3, 2, 1]


def test_a_file_that_undoes_what_was_changed_since_it_was_loaded_is_told_so(store: Store) -> None:
    put(store)
    turns(store, "li").change(lambda plan: {("agents", "1001", "grade"): 3}, "promoted")
    turns(store, "wang").change(lambda plan: {("groups", "billing", "ring"): "9s"})
    with pytest.raises(StoreError) as told:
        put(store, PLAN.replace("王芳", "王小芳"))
    assert told.value.message == (
        "this file would undo what was changed by turn 3 (wang), turn 2 (li: promoted): "
        "groups.billing.ring: 9s → nothing, agents.1001.grade: 3 → nothing"
    )
    assert "ivr acd dump" in told.value.hint
    assert len(turns(store).log()) == 3
    assert turns(store).put(PLAN, "routing.yaml", anyway=True) is not None
    assert put(store, PLAN.replace("王芳", "王小芳")) is not None  # nothing was changed since


def test_a_file_that_has_what_was_changed_since_is_loaded(store: Store) -> None:
    put(store)
    turns(store, "li").change(lambda plan: {("agents", "1001", "grade"): 3})
    more = PLAN.replace('pin: "4711"', 'pin: "4711", grade: 3').replace("王芳", "王小芳")
    turn = put(store, more)
    assert turn is not None
    assert turns(store).turn(turn.turn).pin_fits("1001", "4711")
    assert put(store, more.replace("grade: 3", "grade: 4")) is not None


def test_a_pin_that_was_changed_since_is_not_undone_by_a_file_with_the_old_one(store: Store) -> None:
    put(store)
    turns(store, "li").change(lambda plan: {("agents", "1001", "pin"): "998877"})
    with pytest.raises(StoreError, match=r"turn 2 \(li\): agents\.1001\.pin: kept → another;"):
        put(store, PLAN.replace("王芳", "王小芳"))
    for pin in ("998877", "kept"):
        put(store, PLAN.replace("4711", pin).replace("王芳", f"王{pin}"))
        assert turns(store).present().pin_fits("1001", "998877")  # type: ignore[union-attr]


def test_a_file_does_not_undo_a_rollback_or_a_dumped_plan(store: Store) -> None:
    slow = PLAN.replace("agents: [1001]", "agents: [1001], ring: 60s")
    put(store)
    put(store, slow)
    turns(store, "li").rollback()
    with pytest.raises(StoreError, match=r"turn 3 \(li: back to turn 1\): .*ring: nothing → 60s"):
        put(store, slow)
    put(store, shown(turns(store).turn(3)).replace("王芳", "王小芳"))
    with pytest.raises(StoreError, match=r"1001\.name: 王小芳 → 王芳;"):
        put(store)


def test_turns_of_before_it_was_noted_how_they_came_about_count_as_files(store: Store) -> None:
    plans.add(store, PlanTurn(1, PLAN, NOW))
    store.db.execute_sql("UPDATE routing_plans SET origin = NULL")
    assert plans.get(store, 1) == PlanTurn(1, PLAN, NOW)
    assert put(store, PLAN.replace("王芳", "王小芳")) is not None


def test_of_two_who_change_it_at_once_one_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ivory.db"
    open_current(url).close()
    ready, told = threading.Barrier(2), list[str]()

    def change(name: str) -> None:
        with open_current(url, patience=5.0) as store:
            place = Turns(store, name)
            place.present()
            present = plans.newest(store)
            ready.wait()
            try:
                plans.add(store, PlanTurn(present + 1, f"groups: {{{name}: {{}}}}", NOW, name))
            except StoreError as error:
                told.append(f"{name}: {error.message}")

    both = [threading.Thread(target=change, args=(name,)) for name in ("a", "b")]
    for one in both:
        one.start()
    for one in both:
        one.join(10)
    assert len(told) == 1
    assert told[0].endswith("somebody else has changed the plan meanwhile")
    with open_current(url) as store:
        (only,) = plans.log(store)
        assert only.by != told[0][0]


def test_single_options_are_changed_and_the_rest_stays_as_it_was_written(store: Store) -> None:
    put(store)
    turns(store).change(lambda plan: {("agents", "1001", "grade"): 3}, "promoted")
    plan = turns(store).turn(2)
    assert plan.plan.agents["1001"].grade == 3
    assert plan.text.startswith("# Ours.\n")
    assert plan.pin_fits("1001", "4711")
    assert turns(store).change(lambda plan: {("agents", "1001", "grade"): 3}).turn is None


def test_a_change_that_brings_an_error_changes_nothing(store: Store) -> None:
    put(store)
    with pytest.raises(FlowError, match="A211 nobody can serve billing"):
        turns(store).change(lambda plan: {("groups", "billing", "agents"): []})
    with pytest.raises(FlowError, match=r"the plan:5:\d+ F110"):
        turns(store).change(lambda plan: {("groups", "billing", "ring"): "20"})
    assert len(turns(store).log()) == 1


def test_there_must_be_a_plan_to_change(store: Store) -> None:
    with pytest.raises(IvoryError, match="no plan is in the store yet; load one first"):
        turns(store).change(lambda plan: {})


def test_an_earlier_plan_comes_back(store: Store) -> None:
    put(store)
    put(store, PLAN.replace("王芳", "王小芳"))
    turns(store).rollback()
    log = turns(store).log()
    assert (log[0].turn, log[0].message) == (3, "back to turn 1")
    assert turns(store).turn(3).text == turns(store).turn(1).text
    assert turns(store).rollback(1) is None
    with pytest.raises(IvoryError, match="no turn 9; `ivr acd log`"):
        turns(store).rollback(9)


def test_there_must_be_a_turn_to_go_back_to(store: Store) -> None:
    with pytest.raises(IvoryError, match="no turn before"):
        turns(store).rollback()
    put(store)
    with pytest.raises(IvoryError, match="no turn before"):
        turns(store).rollback()


def test_all_turns_move_to_another_database(store: Store, tmp_path: Path) -> None:
    put(store)
    put(store, PLAN.replace("王芳", "王小芳"))
    with open_current(f"sqlite:///{tmp_path}/other.db") as other:
        assert plans.copy(store, other) == 2
        assert plans.copy(store, other) == 0
        assert [plans.get(other, number) for number in (1, 2)] == [plans.get(store, n) for n in (1, 2)]


def test_a_plan_larger_than_a_file_may_be_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="larger than 8 MiB"):
        plans.add(store, PlanTurn(1, "#" * (8 << 20) + "\n", NOW))


def test_the_text_of_a_draft_is_shown_without_a_turn() -> None:
    assert shown(load("groups: {}\n")) == "groups: {}\n"
