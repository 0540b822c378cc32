"""A FreeSWITCH that asks Ivory, by mod_xml_curl, for browsers and for numbers, with the project's own
xml_curl.conf.xml; and that has two profiles as a real one has: the inner one asks for passwords, callers from
outside come by the other.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.freeswitch.client import Client
from tests.freeswitch.instance import PROJECT, Instance, free_port
from tests.phone_lines import DOMAIN

DESK, DESK_SECRET = "2009", "a-password-on-disk"
"""A telephone on a desk, which FreeSWITCH's own files know."""


class Asking(Instance):
    """See above.

    Attributes:
        door_port: where Ivory's web process is to listen.
        token: what FreeSWITCH shows there.
        outside: port of the profile by which callers come.
    """

    def __init__(self, binary: Path, folder: Path) -> None:
        super().__init__(binary, folder)
        self.door_port, self.outside = free_port(), free_port(socket.SOCK_DGRAM)
        self.token = secrets.token_urlsafe(24)

    @contextmanager
    def asks(self, client: Client, *changes: tuple[str, str]) -> Iterator[None]:
        """It asks in another manner meanwhile: each text of xml_curl.conf.xml is replaced by another."""
        file = self.folder / "conf/freeswitch.xml"
        before = file.read_text(encoding="utf-8")
        asked = (PROJECT / "freeswitch/autoload_configs/xml_curl.conf.xml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in asked, old
            asked = asked.replace(old, new)
        try:
            file.write_text(before.replace(_ASKED, f"{asked}\n{_ASKED}", 1), encoding="utf-8")
            _reload(client)
            yield
        finally:
            file.write_text(before, encoding="utf-8")
            _reload(client)

    def template(self) -> str:
        text = super().template()
        begin = text.index('<profile name="internal">')
        end = text.index("</profiles>", begin)
        outside = text[begin:end].replace('"internal"', '"external"').replace("@SIP_PORT@", str(self.outside))
        domains = f'<domains><domain name="{DOMAIN}" alias="true" parse="false"/></domains>'
        inside = (
            text[begin:end]
            .replace("<settings>", f"{domains}<settings>", 1)
            .replace('"auth-calls" value="false"', '"auth-calls" value="true"')
            .replace('"accept-blind-reg" value="true"', '"accept-blind-reg" value="false"')
        )
        text = text[:begin] + inside + outside + text[end:]
        door = f"http://127.0.0.1:{self.door_port}/switch/xml"
        section = '<section name="configuration">'
        desk = f'<user id="{DESK}"><params><param name="password" value="{DESK_SECRET}"/></params></user>'
        for before, after in (
            ('<load module="mod_sofia"/>', '<load module="mod_xml_curl"/><load module="mod_sofia"/>'),
            (section, _set("ivory_door", door) + _set("ivory_xml_token", self.token) + section),
            ('<user id="1010"/>', f'<user id="1010"/>{desk}'),
        ):
            assert before in text, before
            text = text.replace(before, after, 1)
        return text


_ASKED = '<configuration name="modules.conf">'
"""What stands behind the changed file: of two of a name FreeSWITCH takes the first."""


def _reload(client: Client) -> None:
    assert client.api("reloadxml").startswith("+OK")
    assert "+OK module loaded" in client.api("reload mod_xml_curl")


def _set(name: str, value: str) -> str:
    return f'<X-PRE-PROCESS cmd="set" data="{name}={value}"/>\n'
