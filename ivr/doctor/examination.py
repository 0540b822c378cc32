"""Going through the checks one by one: each has its time, and none keeps another from being made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import gevent

from ivr import log
from ivr.doctor.check import Check, checks
from ivr.doctor.findings import Finding, Status, failure, skipped
from ivr.doctor.line import Line
from ivr.doctor.patient import Patient
from ivr.errors import ConnectionLost, IvoryError, SwitchError
from ivr.settings import Settings

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Examined:
    """One check and what it found, the worst last."""

    check: Check
    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        return max((finding.status for finding in self.findings), key=lambda status: status.rank)


class Examination:
    """Asks one Ivory's FreeSWITCH, and this machine. Needs gevent's patches.

    Attributes:
        trouble: why FreeSWITCH was not reached, once that is known.
    """

    def __init__(self, settings: Settings, chosen: Sequence[Check]) -> None:
        self._settings, self._checks = settings, chosen
        self.trouble: SwitchError | None = None

    def run(self) -> Iterator[tuple[Check, Examined | None]]:
        """Make each check: first it is named (with None), then what it found is told."""
        line = self._attach() if any(map(_asks, self._checks)) else None
        patient = Patient(self._settings, line, self.trouble)
        try:
            for check in self._to_be_made():
                yield check, None
                findings = sorted(self._look(check, patient), key=lambda one: one.status.rank)
                yield check, Examined(check, tuple(findings))
        finally:
            if line is not None:
                line.close()

    def _to_be_made(self) -> list[Check]:
        """What was asked for; and if FreeSWITCH was not reached, why."""
        reason = checks()["connection"]
        return [*([reason] if self.trouble and reason not in self._checks else []), *self._checks]

    def _attach(self) -> Line | None:
        line = Line(self._settings.switch)
        try:
            line.open()
        except SwitchError as trouble:
            self.trouble = trouble
            return None
        return line

    def _look(self, check: Check, patient: Patient) -> list[Finding]:
        if check.needs_switch and self.trouble:
            return [skipped("FreeSWITCH was not reached")]
        findings: list[Finding] = []
        late = gevent.Timeout(check.seconds)
        try:
            with late:
                for finding in check.look(patient):
                    findings.append(finding)  # one by one: what was found before a failure counts
        except gevent.Timeout as timeout:
            if timeout is not late:
                raise
            findings.append(
                failure(
                    f"not done within {check.seconds:g} s",
                    f"look what is slow here or at FreeSWITCH; again: `ivr doctor --only {check.name}`",
                )
            )
        except ConnectionLost as error:
            findings.append(failure(error.message, "look whether FreeSWITCH still runs, then again"))
        except IvoryError as error:
            findings.append(failure(error.message, error.hint or "FreeSWITCH's log may say why"))
        except Exception as error:
            _log.exception("check_failed", check=check.name)
            findings.append(failure(f"the check itself failed: {error!r}", "report it, with this message"))
        return findings


def _asks(check: Check) -> bool:
    return check.needs_switch or check.name == "connection"
