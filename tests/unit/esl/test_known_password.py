"""The password everybody knows, and where it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from ivr.addresses import loopback
from ivr.app import App
from ivr.errors import KnownPassword
from ivr.esl.known_password import refuse_known
from ivr.settings import Settings, Switch, load


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"]
)
def test_on_this_machine_it_is_let_through(host: str) -> None:
    assert loopback(host)
    refuse_known(Switch(host=host))


@pytest.mark.parametrize(
    "host", ["10.0.0.5", "0.0.0.0", "::", "fd00::5", "switch.example.com", "localhost.evil"]
)
def test_anywhere_else_it_is_refused_with_a_way_out(host: str) -> None:
    with pytest.raises(KnownPassword, match="IVR_SWITCH_PASSWORD") as caught:
        refuse_known(Switch(host=host))
    assert caught.value.exit_code == 78
    refuse_known(Switch(host=host, password=SecretStr("long and random")))


def test_ivory_does_not_serve_with_it(tmp_path: Path) -> None:
    flags = {"switch.host": "192.0.2.1", "store.spool": str(tmp_path), "speech.cache": str(tmp_path)}
    settings: Settings = load(flags, environ={}, files=[]).settings
    app = App(settings)
    try:
        with pytest.raises(KnownPassword):
            app.start()
    finally:
        app.voice.stop()
