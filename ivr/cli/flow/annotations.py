"""Findings as GitHub shows them beside the lines of a pull request.

The form is that of its workflow commands (`::error file=…,line=…,col=…,title=…::message`); what they escape,
and how, is in GitHub's own `actions/toolkit` (packages/core/src/command.ts).
"""

from __future__ import annotations

from ivr.errors import Finding

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = str.maketrans({**_DATA, ":": "%3A", ",": "%2C"})
_MESSAGE = str.maketrans(_DATA)
_COMMANDS = {"error": "error", "warning": "warning"}


def annotation(finding: Finding) -> str:
    """One workflow command."""
    place = finding.place
    properties = {"file": place.file, "line": place.line, "col": place.column, "title": finding.code}
    listed = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items())
    message = finding.message + (f"; {finding.hint}" if finding.hint else "")
    return f"::{_COMMANDS.get(finding.severity, 'notice')} {listed}::{message.translate(_MESSAGE)}"
