"""Where the flows that come with Ivory are: in a checkout beside the package, else what its wheel brought."""

from __future__ import annotations

import site
import sys
from pathlib import Path

from ivr.errors import IvoryError

_MARK = "hotline.yaml"
_SHARED = "share/ivory/flows"


def home() -> Path:
    """The folder of the starter flows; their tests are in `tests` there. Raises IvoryError."""
    places = (
        Path(__file__).parents[2] / "flows",
        Path(sys.prefix) / _SHARED,
        Path(site.getuserbase()) / _SHARED,  # pip install --user
    )
    for folder in places:
        if (folder / _MARK).is_file():
            return folder
    raise IvoryError(f"{_MARK} is not here", hint="name its folder with --flows")


def names() -> list[str]:
    """What the starter flows are called, sorted."""
    return sorted(path.stem for path in home().glob("*.yaml"))
