"""Users of FreeSWITCH's directory, as XML."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ivr.dialplan.directory import SILENT, User, document, nobody, password
from ivr.errors import RefusedInput


def read(user: User, domain: str = "pbx.example") -> etree._Element:
    root = etree.fromstring(document(domain, user))
    assert root.get("type") == "freeswitch/xml"
    place = root.find('section[@name="directory"]/domain')
    assert place is not None
    assert place.get("name") == domain
    found = place.findall("groups/group/users/user")
    assert len(found) == 1
    return found[0]


def said(user: etree._Element, kind: str) -> dict[str, str]:
    return {str(each.get("name")): str(each.get("value")) for each in user.iter(kind)}


def test_a_browser_proves_itself_by_a_hash_and_never_by_its_password() -> None:
    a1 = password("web-17", "pbx.example", "secret")
    user = read(User("web-17", a1, "1001", "王芳", "browsers"))
    assert user.get("id") == "web-17"
    assert said(user, "param") == {
        "a1-hash": hashlib.md5(b"web-17:pbx.example:secret").hexdigest(),
        "dial-string": f"[media_timeout={SILENT}]${{sofia_contact(*/web-17@pbx.example)}}",
    }
    assert said(user, "variable") == {
        "user_context": "browsers",
        "media_timeout": str(SILENT),
        "effective_caller_id_number": "1001",
        "effective_caller_id_name": "王芳",
    }


def test_an_extension_rings_at_each_of_its_telephones_and_nobody_registers_as_it() -> None:
    params = said(read(User("1001", rings=("web-17", "1001"))), "param")
    browser, desk = "${sofia_contact(*/web-17@pbx.example)}", "${sofia_contact(*/1001@pbx.example)}"
    assert params == {"dial-string": f"[media_timeout={SILENT}]{browser},{desk}"}


def test_who_is_unknown_is_not_found() -> None:
    root = etree.fromstring(nobody())
    result = root.find('section[@name="result"]/result')
    assert result is not None
    assert result.get("status") == "not found"


@pytest.mark.parametrize(
    "user",
    [
        User("a b"),
        User("${system(x)}"),
        User("a@b"),
        User("a", number="1,2"),
        User("a", context="x'y"),
        User("a", rings=("b)}",)),
        User("a", number="1", name="${system(x)}"),
        User("a", variables={"x": "$${y}"}),
        User("a", variables={"x=y": "z"}),
        User("a", a1="x y"),
    ],
)
def test_what_would_mean_something_to_freeswitch_is_refused(user: User) -> None:
    with pytest.raises(RefusedInput):
        document("pbx.example", user)


def test_a_domain_is_a_domain() -> None:
    with pytest.raises(RefusedInput):
        document("pbx.example)} ${system(x)", User("a"))


@given(st.text(max_size=60))
def test_whatever_somebody_is_called_the_document_can_be_read(name: str) -> None:
    try:
        found = read(User("a", number="1", name=name))
    except RefusedInput:
        assert "${" in name
        return
    assert len(list(found.iter("variable"))) == 3
    assert "${" not in said(found, "variable")["effective_caller_id_name"]
