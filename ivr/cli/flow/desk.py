"""What the commands about published flows share: the store, who decides, and how a decision is told."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ivr.flow.releases import Release
    from ivr.store.numbers import Wish
    from ivr.versions.publish import Desk

Command = TypeVar("Command", bound=Callable[..., Any])


def decision_options(command: Command) -> Command:
    """`--message` and `--by`, which the log keeps."""
    command = click.option(
        "--by",
        default=user_name,
        metavar="NAME",
        help="Who decides; your user name else.",
        show_default=False,
    )(command)
    return click.option("-m", "--message", default="", metavar="TEXT", help="Why; the log keeps it.")(command)


def user_name() -> str:
    """The name of who runs this; empty where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, as in many containers
        return ""


@contextmanager
def desk(flow: str, by: str = "") -> Iterator[Desk]:
    """Where decisions about a flow are noted: the store of the settings, made if there is none."""
    from ivr.cli import common
    from ivr.store.schema import open_current
    from ivr.versions.publish import Desk

    with open_current(common.load().settings.store.url, patience=5.0) as store:
        yield Desk(store, flow, by)


def tell(release: Release, as_json: bool) -> None:
    """Say what was decided."""
    from ivr.cli import common

    if as_json:
        common.print_json(asdict(release))
        return
    common.talk().print(_sentence(release), style="green", soft_wrap=True)


def untaken(flow: str, wishes: Iterable[Wish]) -> Iterator[str]:
    """What is said of the numbers that a flow wishes for and does not get."""
    for one in wishes:
        row = one.number if one.number == one.wish else f"{one.wish} ({one.number})"
        if one.fate == "taken":
            yield f"{row} goes on leading to {one.flow}; `ivr number set {one.wish} {flow}` changes that"
        elif one.fate == "disabled":
            yield f"{row} is switched off; `ivr number set {one.wish} {flow} --on` lets callers in"


def _sentence(release: Release) -> str:
    flow, version = release.flow, release.version
    match release.kind:
        case "canary" if release.percent:
            share = f"{release.percent} % of the callers of {flow}"
            return f"{share} come to version {version} from now on; `ivr flow canary {flow}` compares"
        case "canary":
            return f"version {version} of {flow} is a canary no more"
        case "retire":
            return f"{flow} is out of service; calls in it go on"
        case _:
            return (
                f"version {version} of {flow} serves its callers from now on; calls in it stay where they are"
            )
