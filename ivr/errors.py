"""Every error Ivory raises on purpose, as one tree.

A message names its place, its cause and the way out; `code` is stable and indexed in docs/errors.md,
`exit_code` is what the command line returns for it.

    IvoryError
    ├── SettingsError          a setting that cannot be used (exit 78)
    │   └── KnownPassword      the password everybody knows, where everybody can try it
    ├── UnknownPlugin          a name that no plugin of a group carries
    ├── FlowError              a flow that cannot run, with the findings that say why
    ├── ExpressionError        an expression that cannot be parsed or evaluated
    ├── SwitchError            FreeSWITCH, as seen from here (exit 69)
    │   ├── ConnectionLost     the event socket is not there
    │   ├── CommandTimeout     no answer in time
    │   ├── CommandFailed      it answered -ERR
    │   ├── LoginRefused       wrong password, or not on its access list
    │   └── RefusedInput       a value that would mean something to FreeSWITCH; never sent
    ├── NoWorker               nobody takes orders at `acd.control`
    ├── PhoneError             something that a line of the web phone cannot do
    ├── CallEnded              the caller has gone (control flow, not a fault)
    ├── SpeechError            text that could not be made into sound
    ├── RecognitionError       speech that could not be made into text
    ├── FetchError             an HTTP operation that brought no usable answer
    ├── WebhookRefused         a post from another system that is not to be believed, or not now
    ├── StoreError             the database could not be used
    │   ├── Conflict           somebody else changed it meanwhile
    │   ├── NotFound           it is not there
    │   └── Invalid            a value that cannot be kept
    ├── ImportFailed           another system's menus could not be read; nothing was imported
    └── DialplanError          FreeSWITCH's dialplan could not be read or changed
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class IvoryError(Exception):
    """Something that went wrong in a way Ivory knows how to explain.

    Args:
        message: what happened, in one sentence.
        place: where, if it happened in a file.
        hint: the way out.
    """

    code = "I000"
    exit_code = 1

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        way_out = f"; {self.hint}" if self.hint else ""
        return f"{where}{self.code} {self.message}{way_out}"


class SettingsError(IvoryError):
    """A setting that cannot be used."""

    code = "S001"
    exit_code = 78


class KnownPassword(SettingsError):
    """The event socket has the password that everybody knows, at an address that others reach."""

    code = "S002"


class UnknownPlugin(IvoryError):
    """A name that no plugin of its group carries."""

    code = "P001"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a flow, or that callers will dislike about it."""

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        return f"{self.place} {self.code} {self.message}" + (f"; {self.hint}" if self.hint else "")


class FlowError(IvoryError):
    """A flow that cannot run. `findings` holds every reason, in the order of the file."""

    code = "F000"

    def __init__(self, findings: list[Finding] | tuple[Finding, ...]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0]
        more = f" (and {len(self.findings) - 1} more)" if len(self.findings) > 1 else ""
        super().__init__(f"{first.message}{more}", place=first.place, hint=first.hint)
        self.code = first.code

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


class ExpressionError(IvoryError):
    """An expression that cannot be parsed, or fails on the values it met.

    `column` counts from 1 within the expression's own text (0: unknown). `revealing` is the message with the
    value in it, for where nobody's secret can be in it; empty where there is no more to tell.
    """

    code = "E001"
    revealing = ""

    def __init__(self, message: str, *, hint: str = "", column: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.column = column


class SwitchError(IvoryError):
    """FreeSWITCH did not do what it was asked."""

    code = "W001"
    exit_code = 69


class ConnectionLost(SwitchError):
    """The event socket is not there, or went away while a command waited."""

    code = "W002"


class CommandTimeout(SwitchError):
    """No answer came in time."""

    code = "W003"


class CommandFailed(SwitchError):
    """FreeSWITCH answered -ERR."""

    code = "W004"


class LoginRefused(SwitchError):
    """FreeSWITCH does not let us in: trying again soon will not help."""

    code = "W006"


class RefusedInput(SwitchError):
    """A value that would mean something to FreeSWITCH beside itself. It was not sent."""

    code = "W005"
    exit_code = 1


class NoWorker(IvoryError):
    """No worker takes orders where they are given."""

    code = "K001"


class PhoneError(IvoryError):
    """Something that a line of the web phone cannot do, or cannot do now."""

    code = "L001"


class CallEnded(IvoryError):
    """The call is over; what was being done for it stops here.

    Args:
        cause: the hangup cause, as FreeSWITCH names it (`NORMAL_CLEARING`).
    """

    code = "C001"

    def __init__(self, cause: str = "NORMAL_CLEARING") -> None:
        super().__init__(f"the call ended ({cause})")
        self.cause = cause


class SpeechError(IvoryError):
    """Text that could not be made into sound."""

    code = "T001"


class RecognitionError(IvoryError):
    """Speech that could not be made into text."""

    code = "R001"


class FetchError(IvoryError):
    """An HTTP operation that brought no usable answer.

    `reason` is one of `timeout`, `refused`, `too_large`, `not_json`, `unreachable`.
    """

    code = "H001"

    def __init__(self, message: str, *, reason: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class WebhookRefused(IvoryError):
    """A post from another system that is not to be believed, or not now.

    `status` is the HTTP status that tells its sender so.
    """

    code = "H002"

    def __init__(self, message: str, status: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class StoreError(IvoryError):
    """The database could not be used."""

    code = "D001"


class Conflict(StoreError):
    """Somebody else changed it meanwhile; `current` is the revision it has now."""

    code = "D002"

    def __init__(self, message: str, *, hint: str = "", current: str = "") -> None:
        super().__init__(message, hint=hint or "look at it again, and repeat your change")
        self.current = current


class NotFound(StoreError):
    """What was asked for by name or key is not there."""

    code = "D003"


class Invalid(StoreError):
    """A value that cannot be kept; `field` is the name of what is wrong, empty where it is the whole."""

    code = "D004"

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


class ImportFailed(IvoryError):
    """Another system's menus could not be read as what they should be; nothing was imported."""

    code = "M001"


class DialplanError(IvoryError):
    """FreeSWITCH's dialplan could not be read or changed; nothing is half done."""

    code = "X001"
