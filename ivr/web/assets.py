"""Which file of the built front-end a page's entry is: names carry a digest, so that browsers keep them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ivr.errors import IvoryError

STATIC: Final = Path(__file__).parent / "static"
BUILT: Final = STATIC / "built"


@dataclass(frozen=True, slots=True)
class Assets:
    """The manifest of what was built."""

    manifest: dict[str, Any]

    def url(self, name: str) -> str:
        """The address of `ivory.js`. Raises KeyError for what no page can have asked for."""
        return f"/static/built/{self.manifest[name]['file']}"

    def imports(self, name: str) -> list[str]:
        """The addresses of what an entry needs beside itself, to be loaded at once."""
        return [f"/static/built/{file}" for file in self.manifest[name].get("imports", ())]


def load(folder: Path = BUILT) -> Assets:
    """The front-end as it was built. Raises IvoryError where it was not."""
    try:
        return Assets(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise IvoryError(
            f"the pages' scripts and styles are not there: {error}", hint="`make setup` builds them"
        ) from None
