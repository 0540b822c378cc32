"""Applications of mod_dptools that Ivory uses. Importing this registers them all."""

from __future__ import annotations

from ivr.switch.applications import bridging, collecting, control, playing, recording, setting, supervising
from ivr.switch.applications.table import APPLICATIONS, Application

__all__ = [
    "APPLICATIONS",
    "Application",
    "bridging",
    "collecting",
    "control",
    "playing",
    "recording",
    "setting",
    "supervising",
]
