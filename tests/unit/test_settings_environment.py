"""Settings pass through the environment to a process beside, and come out the same."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from ivr.settings import Acd, Asr, Flows, Http, Settings, Speech, load
from ivr.settings.environment import environment


def test_the_defaults_come_out_the_same() -> None:
    assert load(environ=environment(Settings()), files=[]).settings == Settings()


def test_lists_mappings_secrets_and_switches_come_out_the_same() -> None:
    settings = Settings(
        flows=Flows(dir=Path("/srv/流程"), drafts=False),
        speech=Speech(fallback=["command", "http"], voices={"zh-CN": "cmn", "en-US": "a: b, [c]"}),
        asr=Asr(models={"zh-CN": Path("/srv/models/zh")}, engines=[]),
        http=Http(services={"crm": "https://crm.example/api"}, allow=["*.crm.example"]),
        acd=Acd(callback_retries=[1.5, 20.0], keys={"*9": "hold"}),
        switch=Settings().switch.model_copy(update={"password": SecretStr("pa:ss, [word] #1")}),
    )
    assert load(environ=environment(settings), files=[]).settings == settings
