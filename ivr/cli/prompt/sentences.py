"""What the commands about prompts share: the flows they are about, and the voices of this deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.flow.model import LoadedFlow
    from ivr.speech.chain import Chain


def flows(names: Sequence[str]) -> dict[str, LoadedFlow]:
    """The flows of these names, or all there are. Raises IvoryError: there is no such flow."""
    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.registry import did_you_mean
    from ivr.runtime import reading

    settings = common.load().settings.flows
    found = reading.read(reading.files(settings.dir), settings.sounds)
    if broken := {finding.place.file for finding in found.errors}:
        left = "1 file has" if len(broken) == 1 else f"{len(broken)} files have"
        common.talk().print(f"{left} errors and is left out; see `ivr flow lint`", style="yellow")
    for name in names:
        if name not in found.flows:
            known = list(found.flows)
            raise IvoryError(f'there is no flow "{name}" in {settings.dir}', hint=did_you_mean(name, known))
    return {name: found.flows[name] for name in names or found.flows}


def chain() -> Chain:
    """The voices of this deployment, its recordings read. Raises IvoryError."""
    from ivr.cli import common
    from ivr.speech.chain import Chain

    loaded = common.load()
    common.configure_log(loaded, usual="error")  # of voices that are not there, `missing` speaks for itself
    made = Chain(loaded.settings.speech)
    made.recorded.shelf.refresh()
    return made
