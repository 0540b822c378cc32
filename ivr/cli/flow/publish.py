"""`ivr flow publish`: drafts that are in order become versions that serve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.flow.desk import decision_options, desk, tell, untaken
from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.errors import Finding
    from ivr.runtime.reading import Reading


@click.command("publish")
@click.argument("names", metavar="FLOW...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every flow there is.")
@click.option(
    "--canary",
    type=click.IntRange(1, 99),
    metavar="PERCENT",
    help="For that share of the callers only; the same caller always comes to the same version.",
)
@click.option(
    "--coverage",
    type=click.FloatRange(0, 100),
    default=0.0,
    metavar="PERCENT",
    help="Ways through the flow that its tests must take.",
)
@click.option("--untested", is_flag=True, help="Whatever its tests say; the log tells of it.")
@decision_options
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context,
    names: tuple[str, ...],
    everything: bool,
    canary: int | None,
    coverage: float,
    untested: bool,
    message: str,
    by: str,
    as_json: bool,
) -> None:
    """Check FLOW, run its tests, and put it in service as it is now, with all it refers to.

    New callers come to it at once, with no restart; a call keeps the version it began with, also when its
    worker dies. `ivr flow rollback` goes back.
    """
    from ivr.cli import common
    from ivr.cli.flow.gate import test
    from ivr.cli.flow.reading import print_findings, read
    from ivr.registry import did_you_mean
    from ivr.versions.publish import gather, overruled

    settings = common.load().settings.flows
    reading, _ = read([])
    wanted = sorted(reading.flows) if everything else list(dict.fromkeys(names))
    if everything and reading.errors:
        wanted = []
    elif not wanted:
        raise click.UsageError("Name a flow, or say --all.")
    missing = [name for name in wanted if name not in reading.flows]
    if missing or not wanted:
        wrong = _about(reading, missing)
        if wrong:
            print_findings(wrong, len({finding.place.file for finding in wrong}))
        what = f"there is no flow {', '.join(missing)} in {settings.dir} that may serve; " if missing else ""
        if missing and (hint := did_you_mean(missing[0], list(reading.flows))):
            what += f"{hint}; "
        common.talk().print(f"{what}nothing is published", style="red", soft_wrap=True)
        context.exit(1)
    verdicts = {name: test(name, reading.flows, settings.dir, coverage) for name in wanted}
    if not untested and any(not verdict.passed for verdict in verdicts.values()):
        common.talk().print("nothing is published", style="red")
        context.exit(1)
    for name in wanted:
        bundle = gather(name, reading.flows, settings.sounds)
        said = verdicts[name].words
        words = said if verdicts[name].passed else overruled(said)
        with desk(name, by) as place:
            release = place.publish(bundle, percent=canary or 100, message=message, tests=words)
            behind, wishes = place.behind(bundle), place.wishes()
        if release is not None:
            tell(release, as_json)
        else:
            common.talk().print(f"version {bundle.id} of {name} is in service already", style="dim")
        for line in untaken(name, wishes):
            common.talk().print(line, style="yellow", soft_wrap=True)
        for other in behind:
            message = f"{other} goes on with the {name} it was published with; publish it, too"
            common.talk().print(message, style="yellow", soft_wrap=True)


def _about(reading: Reading, names: list[str]) -> list[Finding]:
    """The errors in the files of these flows, or all, where none is found so."""
    about = [finding for finding in reading.errors if Path(finding.place.file).stem in names]
    return about or reading.errors
