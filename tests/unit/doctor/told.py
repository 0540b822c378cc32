"""A FreeSWITCH that is not there: it answers API commands with what a real one (1.11.3) printed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ivr.doctor.check import checks
from ivr.doctor.findings import Finding
from ivr.doctor.line import Line
from ivr.doctor.patient import Patient
from ivr.errors import CommandFailed
from ivr.esl.commands import ApiCall
from ivr.settings import Settings, Switch, load

STATUS = """UP 0 years, 0 days, 0 hours, 0 minutes, 1 second, 555 milliseconds, 968 microseconds
FreeSWITCH (Version 1.11.3-dev git cc93a68 2026-08-21 14:10:14Z 64bit) is ready
0 session(s) since startup
{now} session(s) - peak {peak}, last 5min 0
0 session(s) per Sec out of max 30, peak {rate}, last 5min 0
1000 session(s) max
min idle cpu 0.00/100.00
"""


class Told(Line):
    """A line on which each command has its answer; the longest beginning that fits wins."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        super().__init__(Switch())
        self.answers = answers
        self.asked: list[str] = []

    def api(self, call: ApiCall) -> str:
        self.asked.append(call)
        fitting = [begins for begins in self.answers if call.startswith(begins)]
        answer = self.answers[max(fitting, key=len)] if fitting else "-ERR no reply"
        if answer.startswith("-ERR"):
            raise CommandFailed(f"FreeSWITCH answered {answer!r}")
        return answer


def rows(*names: str) -> str:
    """What `show … as json` prints."""
    return json.dumps({"row_count": len(names), "rows": [{"name": name} for name in names]})


def settings(**values: Any) -> Settings:
    """Settings, with `switch__host="10.0.0.5"` for `switch.host`."""
    flags = {name.replace("__", "."): value for name, value in values.items()}
    return load(flags, environ={}, files=[]).settings


def look(name: str, answers: Mapping[str, str], **values: Any) -> Sequence[Finding]:
    """What a check finds on a FreeSWITCH that answers so."""
    return list(checks()[name].look(Patient(settings(**values), Told(answers))))


def statuses(findings: Sequence[Finding]) -> list[str]:
    return sorted(finding.status for finding in findings)
