"""Whether FreeSWITCH gets to know browsers that telephone, and numbers, by asking Ivory; and how long callers
wait when Ivory does not answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ivr.dialplan.directory import DOCTOR
from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient

if TYPE_CHECKING:
    from lxml.etree import _Element

PATH: Final = "/switch/xml"
LONGEST: Final = 2
"""Seconds a caller may be kept waiting, each time it is asked."""

_COPY: Final = (
    "take freeswitch/autoload_configs/xml_curl.conf.xml, then `fs_cli -x reloadxml` and `reload mod_xml_curl`"
)
_WHY: Final = (
    "FreeSWITCH's log says why. HTTP error 403: its address is not in web.xml_allow; 404: the URL is not"
    " Ivory's; 0: nobody listens there, or the web process hangs"
)


@check("door", needs_switch=True)
def door(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    token, phones = settings.web.xml_token.get_secret_value(), settings.phone.sip
    if not phones and not token:
        yield ok("FreeSWITCH asks Ivory for nothing; browsers do not telephone through it")
        return
    if not token:
        yield failure(
            "FreeSWITCH cannot know the browsers that telephone: without a secret Ivory tells nobody of them",
            "set web.xml_token, and ivory_xml_token in FreeSWITCH's vars.xml to the same: docs/web-phone.md",
        )
        return
    if not patient.has_module("mod_xml_curl"):
        yield failure(
            "mod_xml_curl is not loaded: FreeSWITCH cannot ask Ivory for browsers and numbers",
            'put <load module="mod_xml_curl"/> first into autoload_configs/modules.conf.xml, and for now'
            " `fs_cli -x 'load mod_xml_curl'`; if that fails, install its package",
        )
        return
    configuration = patient.configuration("xml_curl.conf")
    bindings = [] if configuration is None else [_params(each) for each in configuration.iter("binding")]
    ours = [each for each in bindings if each.get("gateway-url", "").partition("?")[0].endswith(PATH)]
    if not ours:
        yield failure(f"mod_xml_curl does not ask Ivory: no gateway-url ends in {PATH}", _COPY)
    for binding in ours:
        yield from _asked(binding, token)
    if ours:
        yield _answered(patient)


def _asked(binding: dict[str, str], token: str) -> Iterator[Finding]:
    """How FreeSWITCH asks."""
    if binding.get("gateway-credentials", "").partition(":")[2] != token:
        yield failure(
            "FreeSWITCH shows another secret than web.xml_token",
            "write the same into both (gateway-credentials, freeswitch:SECRET), and `reload mod_xml_curl`",
        )
    said = binding.get("timeout", "0")
    seconds = int(said) if said.isascii() and said.isdigit() else 0
    if not seconds:
        yield failure(
            "mod_xml_curl has no timeout: when Ivory hangs, so does every call",
            'set <param name="timeout" value="1"/> in xml_curl.conf.xml, and `reload mod_xml_curl`',
        )
    elif seconds > LONGEST:
        yield warning(
            f"when Ivory hangs, callers wait {seconds} s for it, each time it is asked",
            'set <param name="timeout" value="1"/> in xml_curl.conf.xml, and `reload mod_xml_curl`',
        )


def _answered(patient: Patient) -> Finding:
    """Whether FreeSWITCH finds somebody whom Ivory alone knows."""
    phone = patient.settings.phone
    domain = phone.domain or phone.sip.rpartition(":")[0] or "localhost"
    if patient.ask("user_exists", "id", DOCTOR, domain).strip() == "true":
        return ok("FreeSWITCH asks Ivory for browsers and numbers, and is answered")
    return failure("FreeSWITCH asks Ivory, and is not answered: no browser can telephone", _WHY)


def _params(binding: _Element) -> dict[str, str]:
    return {param.get("name", ""): param.get("value", "") for param in binding.iter("param")}
