"""`ivr flow show`: a version as it was published."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.flow.desk import desk
from ivr.cli.flow.reading import count
from ivr.cli.options import settings_options


@click.command("show")
@click.argument("flow")
@click.argument("version", default="")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write it there with all it refers to: the flows, and their sounds in `sounds`.",
)
@settings_options
def command(flow: str, version: str, folder: Path | None) -> None:
    """Print VERSION of FLOW as it was published: the one in service, if none is named."""
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.store import versions

    with desk(flow) as place:
        wanted = place.find(version) if version else place.serving().version
        manifest = versions.manifest(place.store, wanted) if wanted else None
        if manifest is None:
            raise IvoryError(f"{flow} is not in service", hint=f"`ivr flow log {flow}` lists its versions")
        contents = versions.contents(place.store, manifest.contents)
    if folder is None:
        click.echo(contents[manifest.flows[flow]].decode("utf-8", "replace"), nl=False)
        return
    files = {Path(f"{name}.yaml"): one for name, one in manifest.flows.items()}
    files |= {Path("sounds", name): one for name, one in manifest.sounds.items()}
    try:
        for path in files:
            if (folder / path).exists():
                raise IvoryError(f"{folder / path} is there already", hint="name an empty folder")
        for path, one in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(contents[one])
    except OSError as error:
        raise IvoryError(f"{folder} cannot be written: {error.strerror}") from None
    number = count(len(files), "file")
    verb = "is" if len(files) == 1 else "are"
    common.talk().print(f"{number} {verb} in {folder}", style="green", markup=False, soft_wrap=True)
