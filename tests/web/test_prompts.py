"""The API for prompts: what is said, who says it, and saying it anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ivr.settings import Acd, Flows, Settings, Speech, Store, Web
from ivr.speech.recorded import file_name
from ivr.web.accounts import entrance
from ivr.web.site import Site
from tests.unit.speech.test_speech_takes import sound

FLOW = """
id: hotline
languages: [zh-CN, en-US]
nodes:
  greet: {type: play, prompt: {zh-CN: 您好。, en-US: Good morning.}, next: end}
"""
MORNING = f"/api/v1/prompts/{Path(file_name('en-US', 'Good morning.')).stem}"
SCOPES = ("prompts:*", "audit:read")
Ask = Callable[..., Any]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows/hotline.yaml").write_text(FLOW)
    return Settings(
        store=Store(url=f"sqlite:///{tmp_path}/ivory.db", spool=tmp_path / "spool"),
        web=Web(key=tmp_path / "web.key"),
        acd=Acd(plan=tmp_path / "routing.yaml"),
        flows=Flows(dir=tmp_path / "flows", sounds=tmp_path / "flows"),
        speech=Speech(cache=tmp_path / "cache", recorded=tmp_path / "recorded"),
    )


@pytest.fixture
def program(app: Flask, site: Site) -> Ask:
    """Sends recordings as they are."""
    _, secret = site.ask(entrance.make_token, "studio", "user:admin", SCOPES, site.now(), None)
    client = app.test_client()

    def send(method: str, path: str, content: bytes | None = None, **headers: str) -> Any:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        allowed = {"Authorization": f"Bearer {secret}", **given}
        return client.open(path, method=method, data=content, headers=allowed, content_type="audio/wav")

    return send


def test_every_sentence_is_told_in_every_language(program: Ask) -> None:
    stock = program("GET", "/api/v1/prompts").json
    assert [(one["language"], one["text"], one["sound"]) for one in stock["prompts"]] == [
        ("en-US", "Good morning.", ""),
        ("zh-CN", "您好。", ""),
    ]
    assert len(program("GET", "/api/v1/prompts?language=zh-CN").json["prompts"]) == 1
    assert program("GET", "/api/v1/prompts?sound=recorded").json["prompts"] == []
    assert program("GET", f"{MORNING}/sound").status_code == 404
    assert program("GET", "/api/v1/prompts/en-US-0").status_code == 404


def test_a_recording_is_sent_heard_replaced_and_brought_back(program: Ask) -> None:
    made = program("PUT", f"{MORNING}/recording", sound(), If_None_Match="*")
    assert (made.status_code, made.json["sound"]) == (200, "recorded")
    etag = made.headers["ETag"]
    heard = program("GET", f"{MORNING}/sound")
    assert (heard.mimetype, heard.data[:4]) == ("audio/wav", b"RIFF")
    assert program("PUT", f"{MORNING}/recording", sound(pitch=500), If_None_Match="*").status_code == 412
    changed = program("PUT", f"{MORNING}/recording", sound(pitch=500), If_Match=etag)
    assert (changed.status_code, changed.json["former"]) == (200, 1)
    assert program("DELETE", f"{MORNING}/recording", If_Match=etag).status_code == 412
    back = program("POST", f"{MORNING}/revert", If_Match=changed.headers["ETag"])
    assert back.headers["ETag"] == etag
    gone = program("DELETE", f"{MORNING}/recording")
    assert (gone.json["sound"], gone.json["etag"]) == ("", "")
    orders = {one["order"] for one in program("GET", "/api/v1/audit?order=prompt.").json}
    assert orders == {"prompt.record", "prompt.remove", "prompt.revert"}


def test_what_is_no_sound_is_refused(program: Ask) -> None:
    answer = program("PUT", f"{MORNING}/recording", b"hello")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/file")


def test_an_odd_take_is_refused_unless_somebody_insists(program: Ask) -> None:
    assert program("PUT", f"{MORNING}/recording", sound(10)).status_code == 422
    assert program("PUT", f"{MORNING}/recording?force=yes", sound(10)).status_code == 200
