"""The texts that a new flow begins with: the smallest one, or a copy of a starter, and tests that pass."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ivr.errors import IvoryError
from ivr.flow import starters
from ivr.flow.skeleton import LANGUAGES, skeleton
from ivr.flow.starter import feature_codes, renamed, retested
from ivr.registry import did_you_mean


@dataclass(frozen=True, slots=True)
class Beginning:
    """A flow that is not written yet.

    Attributes:
        tests: empty where its starter has none.
        codes: feature codes of its starter, such as *71, that it has, too.
        lost: those that another flow has already, so that it has not got them.
    """

    flow: str
    tests: str
    codes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def begin(name: str, starter: str, languages: Sequence[str], taken: Collection[str]) -> Beginning:
    """The texts of a flow called `name`.

    Args:
        starter: the starter flow to copy; empty: the smallest flow there is.
        languages: what it speaks, the default first; empty: what comes with it.
        taken: numbers that other flows have.

    Raises:
        IvoryError: there is no such starter, or it does not speak one of the languages.
    """
    if not starter:
        return Beginning(*skeleton(name, languages or LANGUAGES))
    home, known = starters.home(), starters.names()
    if starter not in known:
        raise IvoryError(f'there is no starter flow "{starter}"', hint=did_you_mean(starter, known))
    flow, tests = home / f"{starter}.yaml", home / "tests" / f"{starter}.yaml"
    text = flow.read_text(encoding="utf-8")
    codes = feature_codes(text, str(flow))
    kept = tuple(code for code in codes if code not in taken)
    copy = renamed(text, str(flow), name, languages, kept)
    retold = retested(tests.read_text(encoding="utf-8"), str(tests), name) if tests.is_file() else ""
    return Beginning(copy, retold, kept, tuple(code for code in codes if code in taken))
