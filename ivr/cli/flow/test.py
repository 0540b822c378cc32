"""`ivr flow test`: callers' scripts, played to flows; what came out otherwise than it should."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.runtime.reading import Flows, Reading
    from ivr.testing import Coverage, Outcome, Report
    from ivr.testing.runner import Told

FEW = 20  # places that were not reached, where they were not asked for


class Wish(NamedTuple):
    """What the command line asks for."""

    what: tuple[str, ...]
    pick: str
    stop_early: bool
    coverage: float | None
    missing: bool
    slowest: int
    junit: Path | None
    on: str
    longest: float
    number: str
    dialplan: str
    as_json: bool


@click.command("test")
@click.argument("what", metavar="[FLOW|PATH]...", nargs=-1)
@click.option("-k", "pick", default="", metavar="WORDS", help="Only cases with these words in their name.")
@click.option("-x", "stop_early", is_flag=True, help="Stop at the first case that fails.")
@click.option(
    "--coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="Fail where fewer ways were reached."
)
@click.option("--missing", is_flag=True, help="List every way that was not reached.")
@click.option(
    "--slowest", type=click.IntRange(0, 1000), default=0, metavar="N", help="Show the slowest cases."
)
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the results as JUnit XML.",
)
@click.option(
    "--on",
    type=click.Choice(["virtual", "embedded", "freeswitch"]),
    default="virtual",
    show_default=True,
    help="Where: on the virtual clock, or in real time, with sound, on the embedded switch or on yours.",
)
@click.option(
    "--longest",
    type=click.FloatRange(1, 3600),
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="In real time, skip cases that take longer.",
)
@click.option("--number", default="", help="On FreeSWITCH, what is dialled; else the flow's first number.")
@click.option(
    "--context",
    "dialplan",
    default="public",
    show_default=True,
    help="On FreeSWITCH, the dialplan's context.",
)
@click.option("--watch", is_flag=True, help="Test again whenever a file changes, until Ctrl-C.")
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, /, watch: bool, **wish: object) -> None:
    """Play tests: those of flows by name, files of tests, or folders; of all flows when none is named.

    Each case is a caller's script on a clock that jumps (docs/flow-tests.md). A failure names the line of the
    test, and shows the call. Exit code 1 when a case fails, or coverage is too low.
    """
    asked = Wish(**wish)  # type: ignore[arg-type] # click has judged them
    if asked.on != "virtual":
        from ivr.cli import patched  # noqa: F401 first of all

    from ivr.cli import common

    common.configure_log(common.load(), usual="critical")
    if watch:
        _watch(asked)
    elif not _test(asked):
        context.exit(1)


def _test(wish: Wish) -> bool:
    """Play, tell, and say whether all is well."""
    from ivr.cli import common
    from ivr.testing import data, junit

    reading, files = _found(wish.what)
    report = _play(wish, reading.flows, files)
    if wish.junit:
        wish.junit.write_bytes(junit.document(report))
    if wish.as_json:
        common.print_json(data.data(report))
    else:
        _tell(wish, report, reading)
    few = wish.coverage and (
        _untested(wish, report, reading) or any(one.percent < wish.coverage for one in _covered(wish, report))
    )
    return report.ok and not few and bool(report.outcomes)


def _found(what: tuple[str, ...]) -> tuple[Reading, list[Path]]:
    """The flows, and the files of tests that are asked for."""
    from ivr import testing
    from ivr.cli import common
    from ivr.cli.flow.reading import read

    home = common.load().settings.flows.dir
    folders: dict[Path, None] = {}
    tests: list[Path] = []
    for word in what or (str(home),):
        path = Path(word)
        if not path.exists():  # a flow by its name
            folders[home] = None
            tests += testing.files_of(word, [home / "tests"])
        elif path.is_file() and (path.parent / "tests").is_dir():  # a flow by its file
            folders[path.parent] = None
            tests += testing.files_of(path.stem, [path.parent / "tests"])
        else:
            found = testing.files([path])
            tests += found
            folders.update(dict.fromkeys(_home(file) for file in found))
    reading, _ = read(list(folders) or [home])
    return reading, list(dict.fromkeys(tests))


def _home(tests: Path) -> Path:
    """Where the flows of a file of tests are: beside it, or above its folder `tests`."""
    return tests.parent.parent if tests.parent.name == "tests" else tests.parent


def _play(wish: Wish, flows: Flows, files: list[Path]) -> Report:
    from ivr import testing
    from ivr.cli import common
    from ivr.testing import show

    def told(outcome: Outcome) -> None:
        if outcome.failures and not wish.as_json:
            common.out().print(show.failure(outcome))

    if wish.on == "virtual":
        return testing.run(files, flows, pick=wish.pick, stop_early=wish.stop_early, told=told)
    return _play_aloud(wish, flows, files, told)


def _play_aloud(wish: Wish, flows: Flows, files: list[Path], told: Told) -> Report:
    """Play in real time, on the line that is asked for."""
    import tempfile

    from ivr.cli import common
    from ivr.cli.interrupt import interruptible
    from ivr.cli.rendering import watch
    from ivr.testing import lines, real

    settings = common.load().settings
    home = Path(next(iter(flows.values())).file).parent if flows else settings.flows.dir
    settings = settings.model_copy(update={"flows": settings.flows.model_copy(update={"dir": home})})
    with tempfile.TemporaryDirectory(prefix="ivory-") as name:
        folder = Path(name)
        made = (
            lines.Embedded(settings, folder, watch)
            if wish.on == "embedded"
            else lines.OnFreeSwitch(settings, folder, number=wish.number, context=wish.dialplan, watch=watch)
        )
        with interruptible(), made as line:
            return real.run(
                files,
                flows,
                line,
                pick=wish.pick,
                stop_early=wish.stop_early,
                longest=wish.longest,
                told=told,
            )


def _covered(wish: Wish, report: Report) -> list[Coverage]:
    """What is told of coverage: that of the flows whose tests were played, or of all when all were."""
    tested = {outcome.case.flow for outcome in report.outcomes}
    return [one for one in report.coverage.values() if one.flow in tested or not wish.what]


def _untested(wish: Wish, report: Report, reading: Reading) -> list[str]:
    """Flows that no test comes to, when all tests were played."""
    whole = not wish.what and not wish.pick and bool(report.outcomes) and not report.findings
    return [name for name in reading.flows if name not in report.coverage] if whole else []


def _tell(wish: Wish, report: Report, reading: Reading) -> None:
    """The summary: short when all is well."""
    from collections import Counter

    from rich.text import Text

    from ivr.cli import common
    from ivr.testing import show

    out = common.out()
    for finding in report.findings:
        out.print(Text(str(finding), "red"), soft_wrap=True)
    if any(finding.code == "T108" for finding in report.findings):
        for finding in reading.errors[:FEW]:
            out.print(Text(str(finding), "red"), soft_wrap=True)
    if wish.slowest:
        for outcome in sorted(report.outcomes, key=lambda one: -one.took)[: wish.slowest]:
            out.print(
                f"{outcome.took * 1000:8.1f} ms  {outcome.case.flow}: {outcome.case.name}", markup=False
            )
    cases = Counter(outcome.case.flow for outcome in report.outcomes)
    covered = _covered(wish, report)
    if not wish.pick:  # of some of the cases, coverage says nothing
        out.print(show.coverage(covered, cases, wish.coverage or 0.0))
        for one in covered:
            low = one.percent < (wish.coverage or 0.0)
            if one.missed and (wish.missing or low):
                out.print(Text(f"\n{one.flow}: not reached", "bold"))
                out.print(show.missed(one, None if wish.missing else FEW))
    for name in _untested(wish, report, reading):
        common.talk().print(f"{name} has no tests", style="yellow", markup=False)
    for outcome in report.skipped:
        common.talk().print(f"skipped {outcome.case.name}: {outcome.skipped}", style="yellow", markup=False)
    if wish.on != "virtual" and report.outcomes:
        played = len(report.outcomes) - len(report.skipped)
        common.talk().print(f"agreed with the virtual clock: {report.passed} of {played}")
    common.talk().print(_sum(wish, report), style="green" if report.ok and report.outcomes else "red")
    if next_ := _next(wish, report):
        common.talk().print(next_, style="dim", markup=False, soft_wrap=True)


def _sum(wish: Wish, report: Report) -> str:
    if not report.outcomes and not report.findings:
        if wish.pick:
            return f'no case was played: none has "{wish.pick}" in its name'
        return (
            "there are no tests yet; docs/flow-tests.md tells how to write them beside the flows, in tests/"
        )
    said = [f"{report.passed} passed"]
    said += [f"{len(report.failed)} failed"] if report.failed else []
    said += [f"{len(report.skipped)} skipped"] if report.skipped else []
    broken = len({finding.place.file for finding in report.findings})
    said += [f"{broken} file{'' if broken == 1 else 's'} with errors"] if broken else []
    return f"{', '.join(said)} in {report.took:.1f} s"


def _next(wish: Wish, report: Report) -> str:
    """What to do next where something is wrong; empty where nothing is."""
    import shlex

    if report.findings:
        codes = " ".join(sorted({finding.code for finding in report.findings}))
        return f"what is meant, with an example: ivr flow explain {codes}"
    if not report.failed:
        return ""
    first = report.failed[0].case
    named = {outcome.case.flow for outcome in report.failed}
    what = wish.what or ((first.flow,) if len(named) == 1 else ())
    where = () if wish.on == "virtual" else ("--on", wish.on)
    if len(report.failed) == 1:
        return f"to play it alone: {shlex.join(('ivr', 'flow', 'test', *what, *where, '-k', first.name))}"
    return f"to take one at a time: {shlex.join(('ivr', 'flow', 'test', *what, *where, '-x'))}"


def _watch(wish: Wish) -> None:
    """Test, and again after each change; Ctrl-C ends it."""
    import time

    from ivr.cli import common

    while True:
        if common.out().is_terminal:
            common.out().clear()
        seen = _stamps(wish)
        try:
            _test(wish)
        except OSError as error:  # an editor may be writing just now
            common.talk().print(f"{error}", style="red", markup=False)
        common.talk().print("waiting for changes; Ctrl-C ends", style="dim")
        while _stamps(wish) == seen:
            time.sleep(0.3)


def _stamps(wish: Wish) -> dict[Path, tuple[int, int]]:
    """When each file that matters was changed, and its size."""
    from ivr.cli import common

    home = common.load().settings.flows.dir
    paths = [Path(word) for word in wish.what if Path(word).exists()]
    folders = {home, home / "tests"}
    for path in paths:
        folders |= (
            {path, path / "tests"} if path.is_dir() else {path.parent, path.parent / "tests", _home(path)}
        )
    stamps = {}
    for folder in folders:
        for file in folder.glob("*.yaml"):
            try:
                stat = file.stat()
            except OSError:
                continue
            stamps[file] = (stat.st_mtime_ns, stat.st_size)
    return stamps
