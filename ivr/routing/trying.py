"""The order for a call on a flow's draft: what is to be dialled, which holds for a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivr.routing.arguments import TryFlow
from ivr.routing.orders import order
from ivr.runtime.library import Library


class Trying:
    """The flows of a worker, for whoever wants to hear one before it serves."""

    def __init__(self, library: Library) -> None:
        self.library = library


@order("flow.try")
def _try(trying: Trying, asked: TryFlow, by: str) -> Mapping[str, Any]:
    number, version = trying.library.trial(asked.flow)
    return {"number": number, "version": version}
