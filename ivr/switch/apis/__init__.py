"""API commands of mod_commands and mod_hash that Ivory uses. Importing this registers them all."""

from __future__ import annotations

from ivr.switch.apis import calling, calls, listing, memory, sound, system, talking
from ivr.switch.apis.table import APIS

__all__ = ["APIS", "calling", "calls", "listing", "memory", "sound", "system", "talking"]
