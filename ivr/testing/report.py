"""What came of tests: case by case, and what of each flow they have seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.errors import Finding, Place
from ivr.testing.case import Case
from ivr.testing.coverage import Coverage
from ivr.testing.played import Played


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that was not as expected, and where the test says so."""

    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line} {self.message}" + (f"; {self.hint}" if self.hint else "")


@dataclass(frozen=True)
class Outcome:
    """One case that was played, or `skipped` with the reason. `took` is in seconds of real time."""

    case: Case
    played: Played | None
    failures: tuple[Failure, ...] = ()
    took: float = 0.0
    skipped: str = ""

    @property
    def passed(self) -> bool:
        """Whether it was played, and all was as expected."""
        return not self.failures and not self.skipped


@dataclass(frozen=True)
class Report:
    """All that was played.

    Attributes:
        findings: what is wrong with files of tests; such a file's cases were not played.
        coverage: what was reached, by flow: of those that are tested, and of others that calls came to.
        took: seconds of real time, reading included.
    """

    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    took: float = 0.0

    @property
    def passed(self) -> int:
        """Cases that came out as expected."""
        return sum(outcome.passed for outcome in self.outcomes)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Cases that did not."""
        return tuple(outcome for outcome in self.outcomes if outcome.failures)

    @property
    def skipped(self) -> tuple[Outcome, ...]:
        """Cases that were not played."""
        return tuple(outcome for outcome in self.outcomes if outcome.skipped)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong: no case failed, and every file could be read."""
        return not self.failed and not self.findings
