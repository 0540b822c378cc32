"""Pages that people and the code write together.

Between `<!-- made: WHAT -->` and `<!-- end -->` stands what comes from the code; all around is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_MADE = re.compile(r"<!-- made: ([\w.]+) -->\n.*?<!-- end -->", re.DOTALL)


def filled(text: str, made: Mapping[str, str]) -> str:
    """A page with what comes from the code put in anew. Raises KeyError for a region nobody makes."""
    return _MADE.sub(lambda found: region(found[1], made[found[1]]), text)


def region(name: str, content: str = "") -> str:
    """One region of a page."""
    return f"<!-- made: {name} -->\n{content}\n<!-- end -->"
