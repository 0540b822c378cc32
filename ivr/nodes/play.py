"""`play`: the caller hears something."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ivr.flow.model import Node
from ivr.flow.prompts import Prompt
from ivr.flow.types import BargeIn
from ivr.runtime.visit import Visit


class Play(Node):
    """Say something: text, recorded files, numbers, lists, pauses and tones in any mix.

    For example:

        welcome:
          type: play
          prompt: {zh-CN: 您好，欢迎致电。, en-US: Welcome.}
          next: main
    """

    type: Literal["play"]
    prompt: Prompt = Field(description="What the caller hears.")
    barge_in: BargeIn | None = Field(None, description="What stops it; the key is kept for the next node.")

    def needs_caller(self) -> bool:
        return True

    def run(self, visit: Visit) -> str:
        if not visit.tell(self.prompt):
            visit.note(barged_in=True)
            visit.reached = False  # a goal of telling something is reached when it has been heard
        return "next"
