"""`language`: speak another language from here on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.model import Node
from ivr.runtime.visit import Visit


class Language(Node):
    """Switch the call's language; prompts, numbers and dates follow."""

    type: Literal["language"]
    to: str = Field(description="One of the flow's languages: `en-US`.")

    def run(self, visit: Visit) -> str:
        visit.state.language = self.to
        return "next"
