"""FreeSWITCH's own Lua: it runs in the call's thread, so nothing lies between a digit and a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.bench.freeswitch.contenders.base import Contender, extension

SCRIPT = Path(__file__).with_suffix(".lua")


@dataclass
class Lua(Contender):
    """A script that calls `session:playAndGetDigits`."""

    name = "lua"
    number = "7001"
    modules = ("mod_lua",)

    def extension(self) -> str:
        return extension(self.number, ("lua", f"{SCRIPT} {self.place.sounds}"))
