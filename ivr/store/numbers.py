"""Called numbers and the flows they lead to, as an admin sets them and as publishing a flow finds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from ivr import dids
from ivr.dids import Did
from ivr.errors import Invalid, NotFound
from ivr.i18n import is_tag
from ivr.registry import did_you_mean
from ivr.store.bindings import Change, changing, note, text
from ivr.store.database import Store
from ivr.store.models import Dids

MAX_ROWS: Final = 100_000
"""Rows that a worker keeps in its memory and on its disk at most."""

Fate = Literal["bound", "taken", "disabled"]


@dataclass(frozen=True, slots=True)
class Number:
    """A row: where a number leads, and who set it so. `revision` is another after each change."""

    did: Did
    revision: int
    changed: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What became of a flow's wish for a number: the row `number` (which may be a pattern) is `bound` to it,
    is `taken`, as it leads to another `flow`, or is `disabled`, so that nobody answers."""

    wish: str
    fate: Fate
    number: str
    flow: str


def every(store: Store, flow: str = "") -> list[Number]:
    """All rows in the order of their numbers, or those that lead to one flow. Raises StoreError."""
    query = Dids.select().order_by(Dids.number)
    if flow:
        query = query.where(Dids.flow == flow)
    with store.errors():
        return [_number(row) for row in query.dicts().execute(store.db)]


def find(store: Store, number: str) -> Number | None:
    """The row of a number in any spelling; None where there is none. Raises Invalid, StoreError."""
    query = Dids.select().where(Dids.number == spell(number))
    with store.errors():
        rows = list(query.dicts().execute(store.db))
    return _number(rows[0]) if rows else None


def get(store: Store, number: str) -> Number:
    """The row of a number. Raises NotFound, Invalid, StoreError."""
    found = find(store, number)
    if found is None:
        raise NotFound(f'there is no row for "{number}"', hint="`ivr number list` shows all")
    return found


def put(store: Store, did: Did, change: Change, flows: Collection[str] | None = None) -> Number:
    """Set where a number leads, whatever was there before. Returns the row.

    Args:
        flows: those there are; None where nobody knows.

    Raises:
        Invalid: the number, the language or the flow is none.
        Conflict: the row has another revision than was looked at.
        StoreError
    """
    wanted = _checked(did, flows)
    with changing(store) as turn:
        before = find(store, wanted.number)
        change.check(f'the row for "{wanted.number}"', before.revision if before else 0)
        if before is not None and replace(before.did, wished=False) == wanted and not before.did.wished:
            return before
        if before is None:
            _room(store)
        after = _write(store, wanted, turn, change)
        note(store, "number.set", wanted.number, change, _shown(before), _shown(after))
    return after


def remove(store: Store, number: str, change: Change) -> Number:
    """Take a row out; a flow that wishes for the number answers it again. Returns what it was.

    Raises:
        NotFound, Conflict, Invalid, StoreError
    """
    with changing(store):
        before = get(store, number)
        change.check(f'the row for "{before.did.number}"', before.revision)
        Dids.delete().where(Dids.number == before.did.number).execute(store.db)
        note(store, "number.remove", before.did.number, change, _shown(before), {})
    return before


def seed(store: Store, flow: str, wishes: Iterable[str], change: Change) -> list[Wish]:
    """Make rows of what a flow that is put in service wishes for, where no row says otherwise; rows that only
    its wishes made, and that it wishes for no more, go. Returns what became of each wish. Raises StoreError.
    """
    wanted = dict.fromkeys(wishes)
    with changing(store) as turn:
        rows = {one.did.number: one for one in every(store)}
        mine = {_spelled(wish) for wish in wanted}
        for number, one in list(rows.items()):
            if one.did.wished and one.did.flow == flow and number not in mine:
                Dids.delete().where(Dids.number == number).execute(store.db)
                note(store, "number.remove", number, change, _shown(one), {})
                del rows[number]
        found = []
        for wish in wanted:
            there = _standing(wish, flow, dids.Table(one.did for one in rows.values()))
            if there is None and len(rows) < MAX_ROWS and (number := _spelled(wish)):
                rows[number] = _write(store, Did(number, flow, wished=True), turn, change)
                note(store, "number.set", number, change, {}, _shown(rows[number]))
                there = Wish(wish, "bound", number, flow)
            found += [there] if there else []
    return found


def release(store: Store, flow: str, change: Change) -> None:
    """A flow is in service no more: the rows that only its wishes made go. Raises StoreError."""
    seed(store, flow, (), change)


def standing(store: Store, flow: str, wishes: Iterable[str]) -> list[Wish]:
    """What the rows make of a flow's wishes; those that no row speaks of are left out. Raises StoreError."""
    table = dids.Table(one.did for one in every(store))
    return [each for wish in wishes if (each := _standing(wish, flow, table))]


def spell(number: str) -> str:
    """A number as rows have it. Raises Invalid."""
    try:
        return dids.spell(number)
    except ValueError as error:
        raise Invalid(str(error), field="number") from None


def _spelled(wish: str) -> str:
    """A wish as a row has it; "" for what cannot be one."""
    try:
        return dids.spell(wish)
    except ValueError:
        return ""


def _standing(wish: str, flow: str, table: dids.Table) -> Wish | None:
    number = _spelled(wish) or wish
    chosen = table.choose(number)
    row = table.rows.get(chosen.number if chosen and chosen.rule != "others" else number)
    if row is None:
        return None
    fate: Fate = "taken" if row.flow != flow else "bound" if row.enabled else "disabled"
    return Wish(wish, fate, row.number, row.flow)


def _checked(did: Did, flows: Collection[str] | None) -> Did:
    if flows is not None and did.flow not in flows:
        raise Invalid(
            f'there is no flow "{did.flow}"', hint=did_you_mean(did.flow, list(flows)), field="flow"
        )
    if not did.flow:
        raise Invalid("no flow is named", field="flow")
    if did.language and not is_tag(did.language):
        raise Invalid(f'"{did.language[:60]}" is not a language such as zh-CN', field="language")
    return replace(
        did,
        number=spell(did.number),
        flow=text(did.flow, "flow", 64),
        note=text(did.note, "note"),
        wished=False,
    )


def _room(store: Store) -> None:
    if Dids.select().count(store.db) >= MAX_ROWS:
        raise Invalid(f"{MAX_ROWS} rows are the most there may be", hint="write patterns, such as 80XX")


def _write(store: Store, did: Did, turn: int, change: Change) -> Number:
    after = Number(did, turn, change.at, change.by)
    row = {**asdict(did), "enabled": int(did.enabled), "wished": int(did.wished), "revision": turn,
           "changed": change.at, "by": change.by}  # fmt: skip
    rest = {name: value for name, value in row.items() if name != "number"}
    Dids.insert(row).on_conflict(conflict_target=[Dids.number], update=rest).execute(store.db)
    return after


def _number(row: Mapping[str, Any]) -> Number:
    did = Did(
        row["number"], row["flow"], row["language"], row["note"], bool(row["enabled"]), bool(row["wished"])
    )
    return Number(did, row["revision"], row["changed"], row["by"])


def _shown(number: Number | None) -> dict[str, Any]:
    """A row as the audit has it."""
    return {name: value for name, value in asdict(number.did).items() if value != ""} if number else {}
