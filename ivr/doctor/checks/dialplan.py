"""Whether the dialplan, as it is loaded, hands calls to Ivory, and keeps them when Ivory is away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ivr.dialplan.check import ENDS
from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.esl.commands import GUARD

if TYPE_CHECKING:
    from lxml.etree import _Element

CONTEXT: Final = "ivory"
FALLBACK: Final = "fallback"
RETURN: Final = "return"

_INSTALL = "`ivr dialplan install --conf DIR` puts it there; then `fs_cli -x reloadxml`"


@check("dialplan", needs_switch=True)
def dialplan(patient: Patient) -> Iterator[Finding]:
    section = patient.xml("dialplan")
    contexts = [] if section is None else list(section.iterfind("context"))
    handing = [
        (context.get("name", "?"), extension)
        for context in contexts
        for extension in context.iterfind("extension")
        if any(data.startswith("ivr_flow=") for data in _data(extension, "set"))
    ]
    if not handing:
        yield failure(
            "no extension sets ivr_flow: no call is handed to Ivory" + _elsewhere(patient),
            f"hand your numbers over with dialplans/ivory.xml: {_INSTALL}",
        )
    else:
        names = {f"{extension.get('name', '?')} of the context {context}" for context, extension in handing}
        yield ok(f"calls are handed over by {', '.join(sorted(names))}")
    for context, extension in handing:
        yield from _handing(f"{extension.get('name', '?')} of the context {context}", extension)
    if patient.settings.calls.guard:
        yield from _own(contexts)


def _handing(name: str, extension: _Element) -> Iterator[Finding]:
    if not any(action.get("application") == "park" for action in extension.iter("action")):
        yield failure(
            f"the extension {name} sets ivr_flow and does not park: the call ends before Ivory has it",
            'let its last action be <action application="park"/>',
        )
    said = [value for node in extension.iter() for value in map(str, node.attrib.values())]
    if not any(GUARD in value or ENDS in value for value in said):
        yield warning(
            f"the extension {name} has no guard: without Ivory its callers wait in silence for ever",
            f"take over the lines with {GUARD} from dialplans/ivory.xml: {_INSTALL}",
        )


def _own(contexts: list[_Element]) -> Iterator[Finding]:
    """The context `ivory`, where the guard sends callers and from where they come back."""
    own = [
        extension.get("name", "")
        for context in contexts
        if context.get("name") == CONTEXT
        for extension in context.iterfind("extension")
    ]
    missing = {
        FALLBACK: "callers whom no Ivory looks after are hung up",
        RETURN: "callers cannot be sent back to Ivory",
    }
    for name, without in missing.items():
        if name not in own:
            yield failure(
                f"the context {CONTEXT} has no extension {name}: {without}",
                f"include dialplans/context.xml beside your contexts: {_INSTALL}",
            )
    if not set(missing) - set(own):
        yield ok(f"the context {CONTEXT} has {FALLBACK} and {RETURN}")


def _elsewhere(patient: Patient) -> str:
    if patient.has_module("mod_xml_curl"):
        return " (what mod_xml_curl answers for a single call cannot be seen from here)"
    return ""


def _data(extension: _Element, application: str) -> Iterator[str]:
    for action in (*extension.iter("action"), *extension.iter("anti-action")):
        if action.get("application") == application:
            yield action.get("data", "")
