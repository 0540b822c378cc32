"""Whether a worker lives, and whether calls should come to it: rows of questions, each with its answer.

Alive means that restarting would not help. Ready means that a call which arrives now is served; what is
degraded is said, but does not send callers away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

STALE = 1.0
"""Seconds after which a hub that did not turn is not alive."""


@dataclass(frozen=True, slots=True)
class Check:
    """An answer: `ok`, or what is wrong; `degraded` when it is no reason to send callers elsewhere."""

    ok: bool
    detail: str = ""
    degraded: bool = False


Question = Callable[[], Check]


@dataclass(frozen=True, slots=True)
class Report:
    """The answers to some questions by their names."""

    checks: Mapping[str, Check]

    @property
    def ok(self) -> bool:
        return all(check.ok or check.degraded for check in self.checks.values())

    @property
    def status(self) -> str:
        """`ok`, `degraded` or `failing`."""
        if all(check.ok for check in self.checks.values()):
            return "ok"
        return "degraded" if self.ok else "failing"

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {"status": self.status, "checks": {name: asdict(check) for name, check in self.checks.items()}}


def ask(questions: Iterable[tuple[str, Question]]) -> Report:
    """Ask; a question that cannot be answered counts as a no."""
    return Report({name: _answer(question) for name, question in questions})


def _answer(question: Question) -> Check:
    try:
        return question()
    except Exception as error:
        return Check(False, f"{type(error).__name__}: {error}")
