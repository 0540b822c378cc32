"""Users as FreeSWITCH's directory has them (mod_xml_curl asks for one at a time): browsers that telephone and
prove themselves by a password that lives for a day, and the extensions whose calls they take.

FreeSWITCH is not given the password, but a hash of it that opens this domain only. lxml does the quoting;
what FreeSWITCH would expand or take apart is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from ivr.errors import RefusedInput
from ivr.voip import digest

SILENT = 10_000
"""Milliseconds without any sound, silence included, after which FreeSWITCH ends a browser's call: the process
that was its telephone has died. A desk telephone may send nothing while nobody speaks; these never do."""

DOCTOR = "ivory-doctor"
"""Somebody who never calls: `ivr doctor` has FreeSWITCH look for them, to see whether Ivory is asked."""

_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.+-]{0,63}")
_DOMAIN = re.compile(r"[0-9A-Za-z\[][0-9A-Za-z.:\]-]{0,252}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody in the directory.

    Attributes:
        id: how FreeSWITCH knows them: `web-17`, or an extension.
        a1: what `ivr.voip.digest.a1` makes of their password; empty: nobody can register as them.
        number, name: with which those are called whom they call; empty: as they say themselves.
        context: of the dialplan, for their calls.
        rings: ids of the browsers that ring when this one is called, and its own id if a telephone on a desk
            rings beside them; empty: its own alone.
        variables: more that their channels get.
    """

    id: str
    a1: str = ""
    number: str = ""
    name: str = ""
    context: str = "default"
    rings: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


def password(user: str, domain: str, secret: str) -> str:
    """What `User.a1` is for a password."""
    return digest.a1(user, domain, secret)


def document(domain: str, user: User) -> bytes:
    """The answer that says who somebody is.

    Raises:
        RefusedInput: an id, a number, a context or the domain could mean something else to FreeSWITCH.
    """
    root, section = _section("directory")
    place = etree.SubElement(section, "domain", name=_checked(_DOMAIN, domain, "domain"))
    groups = etree.SubElement(place, "groups")
    group = etree.SubElement(groups, "group", name="ivory")
    entry = etree.SubElement(etree.SubElement(group, "users"), "user", id=_word(user.id, "user"))
    parameters = etree.SubElement(entry, "params")
    if user.a1:
        _put(parameters, "param", "a1-hash", _word(user.a1, "hash"))
    rung = user.rings or (user.id,)
    contacts = (_contact(each, domain, browser=each != user.id or bool(user.a1)) for each in rung)
    _put(parameters, "param", "dial-string", ",".join(contacts))
    variables = etree.SubElement(entry, "variables")
    for name, value in _variables(user).items():
        _put(variables, "variable", name, value)
    return _bytes(root)


def nobody() -> bytes:
    """The answer that there is no such user: FreeSWITCH asks its next source."""
    root, section = _section("result")
    etree.SubElement(section, "result", status="not found")
    return _bytes(root)


def _contact(user: str, domain: str, *, browser: bool) -> str:
    """How FreeSWITCH calls a telephone, wherever it has registered from."""
    wishes = f"[media_timeout={SILENT}]" if browser else ""
    return f"{wishes}${{sofia_contact(*/{_word(user, 'user')}@{domain})}}"


def _variables(user: User) -> dict[str, str]:
    said = {"user_context": _word(user.context, "context")}
    if user.a1:
        said["media_timeout"] = str(SILENT)
    if user.number:
        said["effective_caller_id_number"] = _word(user.number, "number")
        said["effective_caller_id_name"] = _plain(user.name or user.number)
    return {**said, **{_word(name, "variable"): _plain(value) for name, value in user.variables.items()}}


def _plain(value: str) -> str:
    """A text in which FreeSWITCH finds nothing to expand, and no control characters."""
    if re.search(r"\$\{|\$\$\{", value):
        raise RefusedInput(f'"{value[:64]}" would be expanded by FreeSWITCH')
    return _CONTROLS.sub(" ", value)[:200]


def _word(value: str, what: str) -> str:
    return _checked(_WORD, value, what)


def _checked(pattern: re.Pattern[str], value: str, what: str) -> str:
    if not pattern.fullmatch(value):
        raise RefusedInput(
            f'"{value[:64]}" is no {what} of the directory', hint="letters, digits and . _ + -"
        )
    return value


def _put(parent: etree._Element, kind: str, name: str, value: str) -> None:
    etree.SubElement(parent, kind, name=name, value=value)


def _section(name: str) -> tuple[etree._Element, etree._Element]:
    root = etree.Element("document", type="freeswitch/xml")
    return root, etree.SubElement(root, "section", name=name)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, standalone=False)
