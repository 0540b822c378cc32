"""How talks of a group are recorded, as the plan in force says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.acd.plan.model import Centre
from ivr.flow.prompts import PromptModel


@dataclass(frozen=True, slots=True)
class Policy:
    """How talks of a group are recorded. `share` of them, 0 to 1, drawn by lot; `keep` seconds (None: for
    good); `beep`: both hear when it begins; `pause`: silent while something is collected in confidence;
    `announce`: what a customer hears before."""

    share: float = 0.0
    stereo: bool = True
    keep: float | None = None
    beep: bool = False
    pause: bool = True
    announce: PromptModel | None = None


def policies(centre: Callable[[], Centre]) -> Callable[[str], Policy]:
    """The policy of each group as the plan in force has it; nothing is recorded of any other."""

    def policy(group: str) -> Policy:
        known = centre().groups.get(group)
        if known is None:
            return Policy()
        said = known.recording
        return Policy(
            said.calls, said.stereo, said.retention, said.beep, said.pause_for_sensitive, said.announce
        )

    return policy
