"""`language`: speak another language from here on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from ivr.flow import types as kinds
from ivr.flow.checks import Around, Problem
from ivr.flow.model import Node
from ivr.registry import did_you_mean
from ivr.runtime.visit import Visit


class Language(Node):
    """Switch the call's language; prompts, numbers and dates follow.

    For example:

        english: {type: language, to: en-US, next: main}
    """

    type: Literal["language"]
    to: kinds.Language = Field(description="One of the flow's languages: `en-US`.")

    def problems(self, around: Around) -> Iterator[Problem]:
        spoken = around.flow.languages
        if self.to not in spoken:
            message = f'this flow does not speak "{self.to}"'
            yield Problem(("to",), "F214", message, did_you_mean(self.to, spoken))

    def run(self, visit: Visit) -> str:
        visit.note(was=visit.state.language, language=self.to)
        visit.state.language = self.to
        return "next"
