"""`hangup`: last words, and the end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.model import Node
from ivr.flow.prompts import Prompt
from ivr.runtime.visit import End, Visit


class Hangup(Node):
    """Say goodbye and end the call.

    For example:

        goodbye:
          type: hangup
          prompt: {zh-CN: 感谢您的来电，再见。, en-US: "Thank you for calling, goodbye."}
    """

    final = True

    type: Literal["hangup"]
    prompt: Prompt | None = Field(None, description="Last words.")
    cause: Literal["NORMAL_CLEARING", "USER_BUSY", "CALL_REJECTED", "NORMAL_TEMPORARY_FAILURE"] = Field(
        "NORMAL_CLEARING", description="The hangup cause that the network is told."
    )

    def needs_caller(self) -> bool:
        return self.prompt is not None

    def run(self, visit: Visit) -> str:
        visit.chosen = End("completed", self.cause)
        if self.prompt is not None:
            visit.tell(self.prompt)
        return "next"
