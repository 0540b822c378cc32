"""Orders to a running worker, from a command: who gives them, and to which worker."""

from __future__ import annotations

import getpass

from ivr.control_client import Control


def user() -> str:
    """Who runs the command; empty where that has no name, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def control(by: str = "") -> Control:
    """The worker of this command line's settings; `by`: who orders, `cli:` and the user's name else."""
    from ivr.cli import common

    return Control(common.load().settings.acd.control, by or f"cli:{user() or 'somebody'}")
