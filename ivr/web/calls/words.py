"""How calls are spoken of on pages: ends, dispositions, results of offers, and spans of time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from ivr.store.records import CallRecord
from ivr.store.records.calls import TRIAL

ENDS: Final[Mapping[str, LazyString]] = {
    "live": _("under way"),
    "completed": _("completed"),
    "transfer": _("with a person"),
    "abandoned": _("caller hung up"),
    "rejected": _("rejected"),
    "failed": _("failed"),
    "unreached": _("not reached"),
    "lost": _("end not seen"),
}
DISPOSITIONS: Final[Mapping[str, LazyString]] = {
    "answered": _("answered"),
    "abandoned": _("hung up while waiting"),
    "timed_out": _("waited too long"),
    "overflowed": _("sent elsewhere"),
    "keyed_out": _("left by a key"),
    "callback": _("asked to be called back"),
    "refused": _("queue was full or closed"),
    "failed": _("failed"),
    "lost": _("end not seen"),
}
RESULTS: Final[Mapping[str, LazyString]] = {
    "connected": _("answered"),
    "no_answer": _("did not answer"),
    "rejected": _("rejected it"),
    "busy": _("was busy"),
    "unregistered": _("telephone not there"),
    "failed": _("could not be rung"),
    "expired": _("rang too long"),
    "lost": _("caller was gone"),
    "gone": _("caller was gone"),
    "agent": _("agent had gone"),
    "plan": _("plan was changed"),
}
STATES: Final[Mapping[str, LazyString]] = {
    "available": _("ready"),
    "reserved": _("ringing"),
    "busy": _("talking"),
    "wrap_up": _("wrap-up"),
    "on_break": _("on break"),
    "logged_out": _("signed out"),
}
STATE_TONES: Final[Mapping[str, str]] = {
    "available": "ok", "reserved": "info", "busy": "accent", "wrap_up": "info", "on_break": "warn",
}  # fmt: skip
_NUMBER: Final = re.compile(r"\+?[\d ()/-]+")
_KEYS: Final = re.compile(r"[\d*#]+( [\d*#]+)+")
SIDES: Final[Mapping[str, LazyString]] = {
    "caller": _("the caller hung up"),
    "agent": _("the agent hung up"),
    "supervisor": _("a supervisor ended it"),
    "system": _("nobody hung up"),
}


def said(words: Mapping[str, LazyString], key: str) -> str:
    """A word of a record as people say it; what is not known stands as it is."""
    return str(words.get(key, key.replace("_", " ")))


def dialled(number: str) -> str:
    """What was dialled; a call on a draft has a name made up for it, which tells nobody anything."""
    return str(_("trial of a draft")) if number.startswith(TRIAL) else number


def name(call: CallRecord) -> str:
    """The caller's name; none where the line gave their number for one."""
    return "" if _NUMBER.fullmatch(call.caller_name) else call.caller_name


def entries(heard: str) -> list[str]:
    """What a caller did at a step, one by one: keys are told apart, words stay whole."""
    return heard.split() if _KEYS.fullmatch(heard) else [heard]


def timer(since: str) -> str:
    """How long ago a moment was, as the pages' scripts count it on: `02:41`."""
    whole = max(0, int((datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds()))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes:02d}:{whole % 60:02d}"


def clock(seconds: float | None) -> str:
    """Seconds as a clock: `0:04`, `12:30`, `1:02:41`."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
