"""`ivr recordings`: the recordings of talks, and removing those whose time is over."""

from __future__ import annotations

import click

from ivr.cli.options import json_option, settings_options


@click.group("recordings")
def command() -> None:
    """Recordings of talks."""


@command.command("list")
@click.option("--call", default="", help="Of a call, by its id or how that begins.")
@click.option("--agent", default="", help="Of an agent.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most.")
@json_option
@settings_options
def list_(call: str, agent: str, limit: int, as_json: bool) -> None:
    """List the latest recordings."""
    from rich.table import Table
    from rich.text import Text

    from ivr.cli import common
    from ivr.cli.customer.place import directory
    from ivr.store import recordings

    with directory() as store:
        found = recordings.latest(store, limit, call=call, agent=agent)
    if as_json:
        common.print_json(found)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("when", "seconds", "group", "agent", "kept until", "result", "file"):
        table.add_column(heading, overflow="fold")
    for one in found:
        until = f"{one.keep_until.astimezone():%Y-%m-%d}" if one.keep_until else "for good"
        seconds = "" if one.seconds is None else f"{one.seconds:.0f}"
        cells = (f"{one.started.astimezone():%Y-%m-%d %H:%M:%S}", seconds, one.group, one.agent, until,
                 one.result or "going on", one.path)  # fmt: skip
        table.add_row(*map(Text, cells))
    common.out().print(table)


@command.command()
@click.option("--dry-run", is_flag=True, help="Only tell which.")
@settings_options
@click.pass_context
def purge(context: click.Context, dry_run: bool) -> None:
    """Remove the recordings whose time is over, as their groups' `retention` said. For cron; exit code 1 when
    a file could not be removed."""
    from ivr.cli import common
    from ivr.cli.customer.place import directory, now
    from ivr.store import recordings

    folder = common.load().settings.calls.recordings
    gone, failed = 0, 0
    with directory() as store:
        at = now()
        while found := recordings.due(store, at):
            removed = []
            for one in found:
                file = recordings.below(folder, one.path)
                if dry_run:
                    common.out().print(one.path, soft_wrap=True, markup=False)
                    continue
                try:
                    if file is not None:
                        file.unlink(missing_ok=True)
                    removed.append(one.id)
                except OSError as error:
                    failed += 1
                    common.talk().print(
                        f"{file}: {error.strerror}", style="red", soft_wrap=True, markup=False
                    )
            if removed:
                recordings.purged(store, removed, at)
            gone += len(found) if dry_run else len(removed)
            if dry_run or failed:
                break
    common.talk().print(f"{gone} recordings {'would be ' if dry_run else ''}removed", style="green")
    if failed:
        context.exit(1)
