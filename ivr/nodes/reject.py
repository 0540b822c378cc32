"""`reject`: refuse the call before it is answered."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.model import Node
from ivr.runtime.visit import End, Visit


class Reject(Node):
    """Refuse the call. It costs the caller nothing where it was not answered (`answer: never`).

    For example:

        refuse: {type: reject, cause: USER_BUSY}
    """

    final = True

    type: Literal["reject"]
    cause: Literal["CALL_REJECTED", "USER_BUSY", "UNALLOCATED_NUMBER", "NORMAL_TEMPORARY_FAILURE"] = Field(
        "CALL_REJECTED", description="The hangup cause that the network is told."
    )

    def run(self, visit: Visit) -> str:
        visit.chosen = End("rejected", self.cause)
        return "next"
