"""Settings `acd.*`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from ivr.folders import DATA
from ivr.settings.sections.base import Section


class Acd(Section):
    """Skill groups and agents."""

    plan: Path = Field(
        Path("routing.yaml"),
        description="The routing plan that serves until one was put into the store by `ivr acd load`.",
    )
    mirror: Path = Field(
        DATA / "routing.json",
        description="File of the plan the store had last: a worker begins with it if the database is away.",
    )
    control: str = Field(
        str(DATA / "control.sock"),
        description="UNIX socket on which a worker takes orders, as those of `ivr agent`, and tells of calls"
        " and queues; only its own user can open it. Empty: it takes none.",
    )
    keys: dict[str, Literal["hold", "consult", "conference", "complete", "cancel", "transfer", "hang_up"]] = (
        Field(
            {
                "*1": "consult",
                "*2": "hold",
                "*3": "conference",
                "*4": "complete",
                "*5": "cancel",
                "*7": "transfer",
            },
            description="What keys of an agent's telephone do during a talk: `*` and a digit.",
        )
    )
    callback_caller_id: str = Field(
        "", description="The number customers are shown who are called back; the line's own when empty."
    )
    callback_ring: float = Field(30.0, ge=5, le=120, description="Seconds a customer's telephone rings then.")
    callback_retries: list[float] = Field(
        [60.0, 300.0, 1800.0],
        max_length=20,
        description="Seconds until a customer who was not reached is called again, each time; then no more.",
    )
    callback_expires: float = Field(
        86_400.0, ge=60, le=2_592_000, description="Seconds after which nobody is called back any more."
    )
