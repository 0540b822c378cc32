"""What the commands about the plan share: the store, a file as a plan, and how a change is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.acd.plan import LoadedPlan
    from ivr.routing.turns import Changed, Turns
    from ivr.store.plans import PlanTurn


@contextmanager
def turns(by: str = "") -> Iterator[Turns]:
    """Where decisions about the plan are noted: the store of the settings, made if there is none."""
    from ivr.cli import common
    from ivr.routing.turns import Turns
    from ivr.store.schema import open_current

    with open_current(common.load().settings.store.url, patience=5.0) as store:
        yield Turns(store, by)


def draft() -> Path:
    """The file of the setting acd.plan."""
    from ivr.cli import common

    return common.load().settings.acd.plan


def read(path: Path) -> str:
    """A file's text. Raises IvoryError."""
    from ivr.errors import IvoryError

    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise IvoryError(f"{path} cannot be read: {error.strerror}", hint="see acd.plan") from None


def of_file(path: Path) -> LoadedPlan:
    """The plan of a file. Raises IvoryError, with all that is wrong with it."""
    from ivr.acd.plan import load

    return load(read(path).encode("utf-8", "surrogateescape"), str(path))


def in_force() -> LoadedPlan:
    """The plan that workers serve by: the store's newest, else the draft, else one of nobody."""
    from ivr.acd.plan import EMPTY

    with turns() as place:
        present = place.present()
    if present is not None:
        return present
    return of_file(draft()) if draft().exists() else EMPTY


def tell_change(changed: Changed, as_json: bool) -> None:
    """Say what was changed, and what there is to be warned of since."""
    from ivr.cli.flow.reading import print_findings

    if changed.warnings and not as_json:
        print_findings(changed.warnings, 1, "plan")
    tell(changed.turn, as_json, warnings=[str(finding) for finding in changed.warnings])


def tell(turn: PlanTurn | None, as_json: bool, **more: object) -> None:
    """Say what was decided; None: nothing, as it is so already."""
    from ivr.cli import common

    if as_json:
        common.print_json({"turn": turn.turn if turn else None, "changed": turn is not None, **more})
    elif turn is None:
        common.talk().print("the plan in force says so already", style="dim")
    else:
        words = f"turn {turn.turn} is in force within a second, also for those who wait"
        common.talk().print(words, style="green", soft_wrap=True)
