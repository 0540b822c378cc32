"""What an admin asks for: which numbers, which flow, where callers go when nobody looks after them.

Everything here ends up in the dialplan, where `${…}` runs commands and a quote ends a value. So names,
numbers and dial strings are let in by what they may hold, not kept out by what they may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.errors import DialplanError

BY_NUMBER = "by_number"
GUARD_SECONDS = 15

_NUMBER = re.compile(r"\+?[0-9]{1,20}|[*#][0-9*#]{0,19}")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_FLOW = re.compile(r"[a-z_][a-z0-9_]{0,63}")
_DIAL_STRING = re.compile(r"[A-Za-z][A-Za-z0-9_]*/[A-Za-z0-9_/@.:;=+*#,|-]{1,200}")
_REGEX_LENGTH = 200
_ANY = ("0", "00000000", "+99999999999", "service")
"""Numbers with nothing in common: a pattern that takes them all takes everything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One installation.

    Args:
        numbers: called numbers as FreeSWITCH sees them: digits, `+` and digits, `*`/`#` codes, or `/regex/`.
        context: the dialplan context that callers arrive in.
        flow: a flow's name, or `by_number`.
        fallback: dial string for callers of the fallback, `user/1000`; empty: they are hung up on.
        guard: seconds until a caller whom nobody looks after goes to the fallback.
        answer: whether the dialplan itself answers, for flows that would do that first of all.

    Raises:
        DialplanError: a value that cannot stand in a dialplan.
    """

    numbers: tuple[str, ...]
    context: str = "public"
    flow: str = BY_NUMBER
    fallback: str = ""
    guard: int = GUARD_SECONDS
    answer: bool = False

    def __post_init__(self) -> None:
        if not self.numbers:
            raise DialplanError("no number to hand over", hint="name some with --number")
        for number in self.numbers:
            pattern(number)
        if not _NAME.fullmatch(self.context) or self.context == "ivory":
            raise DialplanError(
                f"{self.context!r} cannot be the context that callers arrive in",
                hint="letters, digits, _ . -; `ivory` is Ivory's own",
            )
        if not _FLOW.fullmatch(self.flow):
            raise DialplanError(
                f"{self.flow!r} is no name of a flow", hint="small letters, digits, _; or by_number"
            )
        if self.fallback and not _DIAL_STRING.fullmatch(self.fallback):
            raise DialplanError(
                f"{self.fallback!r} is no dial string that can be written",
                hint="such as user/1000@example.com or sofia/gateway/trunk/4930123456; no spaces, quotes, $",
            )
        if not 1 <= self.guard <= 3600:
            raise DialplanError(f"a guard of {self.guard} seconds", hint="1 to 3600")

    @property
    def expression(self) -> str:
        """The regular expression of the extension: each number whole, none twice."""
        return f"^({'|'.join(dict.fromkeys(map(pattern, self.numbers)))})$"

    def takes(self, number: str) -> bool:
        """Whether the extension takes calls to `number`."""
        return re.search(self.expression, number) is not None


def pattern(number: str) -> str:
    """A number as a part of a regular expression; `+` may be left out by who calls.

    Raises:
        DialplanError: neither a number nor a regular expression that FreeSWITCH takes as it stands.
    """
    if _NUMBER.fullmatch(number):
        return (r"\+?" if number[0] == "+" else "") + re.sub(r"([*#])", r"[\1]", number.lstrip("+"))
    if len(number) > 2 and number[0] == number[-1] == "/":
        return f"(?:{_regex(number[1:-1])})"
    raise DialplanError(
        f"{_short(number)} is no number",
        hint="digits, or + and digits; a regular expression stands between slashes: /9559[0-9]/",
    )


def literals(number: str) -> tuple[str, ...]:
    """The called numbers that a number stands for; of a regular expression nobody knows."""
    if number.startswith("/"):
        return ()
    return (number, number[1:]) if number.startswith("+") else (number,)


def is_catch_all(expression: str) -> bool:
    """Whether a regular expression takes numbers that have nothing in common."""
    try:
        return all(re.search(expression, number) for number in _ANY)
    except re.error:
        return False


def _regex(text: str) -> str:
    if len(text) > _REGEX_LENGTH:
        raise DialplanError(f"{_short(text)} is longer than {_REGEX_LENGTH} characters")
    if not text.isascii() or not text.isprintable():
        raise DialplanError(f"{_short(text)} holds characters that no number has")
    if "${" in text or "$$" in text or "@{" in text:
        raise DialplanError(f"{_short(text)}: FreeSWITCH would expand the variable in it")
    if re.search(r"\\[1-9]|\(\?P?[=<']", text):
        raise DialplanError(f"{_short(text)} refers to a group", hint="groups are counted by the dialplan")
    try:
        compiled = re.compile(f"(?:{text})")
    except re.error as error:
        raise DialplanError(f"{_short(text)} is no regular expression: {error.msg}") from None
    if compiled.fullmatch("") or is_catch_all(f"^({text})$"):
        raise DialplanError(f"{_short(text)} takes every call", hint="name the numbers that are Ivory's")
    return text


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
