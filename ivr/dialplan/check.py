"""Whether Ivory's dialplan in a configuration still does what it is there for."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from ivr.dialplan import conf as configuration
from ivr.dialplan import files, ledger
from ivr.dialplan.conf import Conf
from ivr.dialplan.install import CONTEXT, missing_includes, strangers
from ivr.dialplan.note import Note
from ivr.errors import Place

_INSTALL = "run `ivr dialplan install`"
_ENTRY = ("park", "ivr_flow=", "sched_api", "api_before_bridge=sched_del", "api_after_bridge=sched_api")
ENDS = "park_timeout="
"""Set for calls that FreeSWITCH may end when nobody looks after them, as those to agents' feature codes."""
_ENTRY_THAT_ENDS = ("park", "ivr_flow=")


def check(folder: Path) -> list[Note]:
    """What is wrong or noteworthy with Ivory's dialplan in `folder`; empty: all is well.

    It is looked for as FreeSWITCH would find it, so a dialplan that was written by hand counts, too.

    Raises:
        DialplanError: no configuration of FreeSWITCH, or one that cannot be read.
    """
    conf = configuration.read(folder)
    notes = list(_edits(conf))
    entries = [one for one in conf.dialplan.iter("extension") if _hands_over(one)]
    entries = [one for one in entries if _context(one) != "ivory"]
    if not entries:
        notes.append(Note("no extension hands calls to Ivory", conf.place(conf.dialplan), _INSTALL, "error"))
    for extension in entries:
        notes += _entry(conf, extension)
    if any("XML ivory" in text for one in entries for text in _data(one)):
        notes += _targets(conf)
    return notes


def _entry(conf: Conf, extension: etree._Element) -> list[Note]:
    place = conf.place(extension)
    name = extension.get("name") or "without a name"
    said = [*_data(extension), *(str(one.get("application")) for one in extension.iter("action"))]
    needed = _ENTRY_THAT_ENDS if any(ENDS in text for text in said) else _ENTRY
    lacks = [what for what in needed if not any(what in text for text in said)]
    if "sched_api" in lacks:
        message = f"extension {name} winds up no guard: without Ivory, its callers wait for ever"
        return [Note(message, place, _INSTALL)]
    return [Note(f"extension {name} lacks {what}", place, _INSTALL, "error") for what in lacks]


def _targets(conf: Conf) -> list[Note]:
    """Whether the guard leads anywhere."""
    notes = strangers(conf) if (conf.root / CONTEXT).exists() else []
    context = conf.context("ivory")
    if context is None:
        return [
            *notes,
            Note('the guard leads to a context "ivory" that is not there', hint=_INSTALL, severity="error"),
        ]
    names = {one.get("name"): one for one in context.iter("extension")}
    for name in ("fallback", "return"):
        if name not in names:
            notes.append(Note(f'the context "ivory" has no {name}', conf.place(context), _INSTALL, "error"))
    return notes


def _edits(conf: Conf) -> list[Note]:
    """What became of the files that were written."""
    known = ledger.read(conf.root)
    notes = []
    for row in known.rows if known else ():
        path = conf.root / row.path
        text = files.content(path)
        if text is None:
            notes.append(Note(f"{path} is gone", hint=_INSTALL, severity="error"))
            continue
        if files.digest(text) not in row.written:
            notes.append(Note(f"{path} was edited after it was written"))
        try:
            etree.fromstring(text)
        except etree.XMLSyntaxError as error:
            line = error.lineno or 1
            notes.append(Note(f"this is no XML: {error.msg}", Place(str(path), line), severity="error"))
        if len(row.written) > 1:
            notes.append(Note(f"an installation did not finish at {path}", hint=_INSTALL))
        if (parent := path.parent).name != "dialplan":
            notes += missing_includes(conf, parent.name)
    return notes


def _hands_over(extension: etree._Element) -> bool:
    return any("ivr_flow=" in text for text in _data(extension))


def _data(extension: etree._Element) -> list[str]:
    return [str(one.get("data")) for one in extension.iter("action")]


def _context(extension: etree._Element) -> str:
    context = next(extension.iterancestors("context"), None)
    return "" if context is None else str(context.get("name"))
