"""`ivr doctor`: is everything in order, and if not, how is it mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from rich.text import Text

    from ivr.doctor.check import Check
    from ivr.doctor.examination import Examined
    from ivr.doctor.findings import Finding, Status

_COLOURS = {"ok": "green", "skipped": "dim", "warning": "yellow", "failure": "red"}
_NARROWEST = 40  # columns for the words, however small the terminal


@click.command("doctor")
@click.option("--only", multiple=True, metavar="NAME", help="Only this check; may be given several times.")
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, only: tuple[str, ...], as_json: bool) -> None:
    """Look whether everything is in order, and say how to mend what is not.

    Run it on the machine of `ivr serve`, as its user, with its settings. Calls may go on meanwhile: nothing
    is changed, but FreeSWITCH plays and records a moment of silence on a channel of the doctor's own. Exit
    code 1 when something is wrong, 69 when FreeSWITCH was not reached; warnings alone are 0.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr.cli import common
    from ivr.doctor.examination import Examination

    checks = _chosen(only)
    loaded = common.load()
    common.configure_log(loaded, usual="critical")
    examination = Examination(loaded.settings, checks)
    done: list[Examined] = []
    with common.talk().status("connecting to FreeSWITCH") as progress:
        for check, examined in examination.run():
            progress.update(f"checking {check.name}")
            if examined is not None:
                done.append(examined)
    rows = [(examined.check.name, finding) for examined in done for finding in examined.findings]
    trouble = examination.trouble
    if as_json:
        common.print_json(_data(rows, done, trouble is None))
    else:
        _print(rows)
    if trouble is not None:
        context.exit(trouble.exit_code)
    if any(finding.status == "failure" for _, finding in rows):
        context.exit(1)


def _chosen(only: tuple[str, ...]) -> list[Check]:
    from ivr.doctor.check import checks
    from ivr.registry import did_you_mean

    known = checks()
    for name in only:
        if name not in known:
            raise click.BadParameter(
                f'there is no check "{name}"; {did_you_mean(name, known)}', param_hint="--only"
            )
    return [check for name, check in known.items() if not only or name in only]


def _data(rows: list[tuple[str, Finding]], done: list[Examined], reached: bool) -> dict[str, Any]:
    return {
        "reached": reached,
        "checks": {examined.check.name: examined.status for examined in done},
        "findings": [
            {"check": name, "status": finding.status, "seen": finding.seen, "mend": finding.mend}
            for name, finding in rows
        ],
    }


def _print(rows: list[tuple[str, Finding]]) -> None:
    """The findings, the worst last: that is where the eye is."""
    from ivr.cli import common

    width = max(len(name) for name, _ in rows)
    for name, finding in sorted(_gathered(rows), key=lambda row: row[1].status.rank):
        for line in _lines(name.ljust(width), finding):
            common.out().print(line, soft_wrap=True)
    counts = Counter(finding.status for _, finding in rows)
    common.talk().print(_summary(counts), style=_COLOURS[max(counts, key=lambda status: status.rank)])


def _gathered(rows: list[tuple[str, Finding]]) -> Iterator[tuple[str, Finding]]:
    """The rows, with one for all checks that were not made for the same reason."""
    from ivr.doctor.findings import skipped

    left_out: dict[str, list[str]] = {}
    for name, finding in rows:
        if finding.status == "skipped":
            left_out.setdefault(finding.seen, []).append(name)
        else:
            yield name, finding
    for why, names in left_out.items():
        yield "", skipped(f"{', '.join(names)}: {why}")


def _lines(name: str, finding: Finding) -> Iterator[Text]:
    from rich.text import Text

    from ivr.cli.calls import clean

    head = Text.assemble(
        (f"{finding.status:<7}", f"bold {_COLOURS[finding.status]}"), "  ", (name, "bold"), "  "
    )
    yield _hanging(head, clean(finding.seen, "dim" if finding.status == "skipped" else ""))
    if finding.mend:
        indent = Text(" " * head.cell_len).append("mend: ", "bold cyan")
        yield _hanging(indent, clean(finding.mend, "cyan"))


def _hanging(head: Text, body: Text) -> Text:
    """A paragraph whose lines begin where its head ends; in a file or pipe it is one line."""
    from rich.text import Text

    from ivr.cli import common

    console = common.out()
    if not console.is_terminal:
        return head + body
    lines = body.wrap(console, max(_NARROWEST, console.width - head.cell_len))
    return head + Text("\n" + " " * head.cell_len).join(lines)


def _summary(counts: Counter[Status]) -> str:
    words = []
    for status in sorted(counts, key=lambda status: -status.rank):
        plural = "s" if status in ("failure", "warning") and counts[status] != 1 else ""
        words.append(f"{counts[status]} {status}{plural}")
    return ", ".join(words)
