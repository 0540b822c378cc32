"""Drafts of flows by the API: read, begun, saved, renamed, deleted, never lost to somebody else's change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.clock import VirtualClock
from ivr.settings import Settings
from ivr.store import audits
from ivr.web.site import Site
from tests.web.conftest import Browser

FLOW = """\
id: hello
title: Hello
languages: [en-US]
nodes:
  main:
    type: play
    prompt: {en-US: Hello.}
    next: end
"""


@pytest.fixture
def folder(settings: Settings) -> Path:
    settings.flows.dir.mkdir()
    return settings.flows.dir


@pytest.fixture
def designer(signed_in: Callable[[str], Browser], folder: Path) -> Browser:
    return signed_in("designer")


def test_a_draft_is_read_with_its_version_and_who_wrote_it(designer: Browser, folder: Path) -> None:
    designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW}, If_None_Match="*")
    answer = designer.get("/api/v1/flows/hello")
    assert answer.json["text"] == FLOW
    assert answer.json["changed_by"] == "designer"
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert (folder / "hello.yaml").read_text() == FLOW


def test_a_new_flow_is_not_written_over_one_that_is_there(designer: Browser, folder: Path) -> None:
    (folder / "hello.yaml").write_text(FLOW)
    answer = designer.send("PUT", "/api/v1/flows/hello", {"text": "id: hello\n"}, If_None_Match="*")
    assert answer.status_code == 412
    assert (folder / "hello.yaml").read_text() == FLOW


def test_what_is_not_there_is_not_made_by_saving(designer: Browser) -> None:
    assert designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW}).status_code == 404


def test_who_was_overtaken_hears_by_whom(designer: Browser, signed_in: Callable[[str], Browser]) -> None:
    made = designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW}, If_None_Match="*")
    signed_in("admin").send("PUT", "/api/v1/flows/hello", {"text": FLOW + "# mine\n"})
    answer = designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW}, If_Match=made.headers["ETag"])
    assert answer.status_code == 412
    assert answer.json["detail"].startswith("admin changed hello at 09:30")


def test_a_change_with_another_editor_is_noticed_and_nobody_is_blamed(
    designer: Browser, folder: Path
) -> None:
    made = designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW}, If_None_Match="*")
    (folder / "hello.yaml").write_text(FLOW + "# by hand\n")
    answer = designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW}, If_Match=made.headers["ETag"])
    assert (answer.status_code, answer.json["detail"]) == (412, '"hello" was changed meanwhile')


def test_a_text_with_mistakes_is_kept_as_a_draft(designer: Browser, folder: Path) -> None:
    (folder / "hello.yaml").write_text(FLOW)
    answer = designer.send("PUT", "/api/v1/flows/hello", {"text": "id: hello\n  oh: [no"})
    assert answer.status_code == 200
    assert designer.get("/api/v1/flows").json[0]["state"] == "errors"


def test_a_text_that_calls_itself_otherwise_is_refused(designer: Browser, folder: Path) -> None:
    (folder / "hello.yaml").write_text(FLOW)
    answer = designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW.replace("id: hello", "id: other")})
    assert answer.status_code == 409
    assert (folder / "hello.yaml").read_text() == FLOW


@pytest.mark.parametrize("name", ["..%2Fsecret", "a.b", "Hello", "a" * 65, "-", "%00"])
def test_no_name_leads_out_of_the_folder(designer: Browser, name: str) -> None:
    answer = designer.send("PUT", f"/api/v1/flows/{name}", {"text": "x"}, If_None_Match="*")
    assert answer.status_code == 404


def test_a_link_out_of_the_folder_is_not_written_through(
    designer: Browser, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere.yaml").write_text(FLOW)
    (folder / "hello.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert designer.send("PUT", "/api/v1/flows/hello", {"text": "id: hello\n"}).status_code == 409
    assert (tmp_path / "elsewhere.yaml").read_text() == FLOW


def test_what_was_deleted_comes_back_whole(designer: Browser, folder: Path) -> None:
    designer.send("POST", "/api/v1/flows", {"name": "hello"})
    before = designer.get("/api/v1/flows/hello").json
    assert designer.send("DELETE", "/api/v1/flows/hello").status_code == 204
    assert not list(folder.rglob("*.yaml"))
    designer.send("PUT", "/api/v1/flows/hello", before, If_None_Match="*")
    assert designer.get("/api/v1/flows/hello").json["tests"] == before["tests"]


def test_a_flow_is_renamed_with_its_tests(designer: Browser, folder: Path) -> None:
    designer.send("POST", "/api/v1/flows", {"name": "hello"})
    assert designer.send("POST", "/api/v1/flows/hello/rename", {"name": "welcome"}).status_code == 200
    assert sorted(path.name for path in folder.rglob("*.yaml")) == ["welcome.yaml", "welcome.yaml"]
    assert designer.send("POST", "/api/v1/flows/welcome/tests/run", {}).json["ok"]


def test_a_flow_that_others_lead_to_keeps_its_name(designer: Browser, folder: Path) -> None:
    (folder / "hello.yaml").write_text(FLOW)
    (folder / "other.yaml").write_text(
        FLOW.replace("hello", "other").replace("next: end", "next: flow:hello")
    )
    answer = designer.send("POST", "/api/v1/flows/hello/rename", {"name": "welcome"})
    assert (answer.status_code, answer.json["detail"]) == (409, "other leads to hello")


@pytest.mark.parametrize("template", ["smallest", "hotline", "voicemail"])
def test_a_flow_from_a_template_is_in_order_and_its_tests_pass(designer: Browser, template: str) -> None:
    answer = designer.send("POST", "/api/v1/flows", {"name": "mine", "template": template})
    assert answer.status_code == 201
    found = designer.send("POST", "/api/v1/flows/mine/check", {"text": answer.json["text"]}).json["findings"]
    assert not [one for one in found if one["severity"] == "error"]
    assert designer.send("POST", "/api/v1/flows/mine/tests/run", {}).json["ok"]


def test_every_template_says_what_it_is(designer: Browser) -> None:
    for template in designer.get("/api/v1/flow-templates").json:
        assert template["about"]
        picture = designer.get(f"/api/v1/flow-templates/{template['name']}/graph.svg")
        assert picture.get_data(as_text=True).startswith("<svg")


def test_every_change_is_written_down_with_its_lines(
    designer: Browser, site: Site, clock: VirtualClock
) -> None:
    designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW}, If_None_Match="*")
    clock.advance(1.0)
    designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW.replace("Hello.", "Good day.")})
    designer.send("PUT", "/api/v1/flows/hello", {"text": FLOW.replace("Hello.", "Good day.")})
    clock.advance(1.0)
    designer.send("DELETE", "/api/v1/flows/hello")
    entries = site.ask(audits.page, audits.Query(order="flow."))
    assert [(one.by, one.order) for one in entries] == [
        ("user:designer", "flow.remove"),
        ("user:designer", "flow.save"),
        ("user:designer", "flow.create"),
    ]
    assert "+    prompt: {en-US: Good day.}" in entries[1].after["changes"]


def test_the_list_tells_what_may_serve(designer: Browser, folder: Path) -> None:
    (folder / "hello.yaml").write_text(FLOW)
    (folder / "broken.yaml").write_text(FLOW.replace("hello", "broken").replace("next: end", "next: nowhere"))
    broken, hello = designer.get("/api/v1/flows").json
    assert (broken["name"], broken["state"], broken["errors"]) == ("broken", "errors", 1)
    assert (hello["name"], hello["state"], hello["nodes"], hello["published"]) == ("hello", "ok", 1, False)


def test_without_a_folder_there_are_no_flows(designer: Browser, folder: Path) -> None:
    folder.rmdir()
    assert designer.get("/api/v1/flows").json == []
    assert designer.send("POST", "/api/v1/flows", {"name": "first"}).status_code == 201


def test_a_viewer_reads_and_does_not_write(signed_in: Callable[[str], Browser], folder: Path) -> None:
    (folder / "hello.yaml").write_text(FLOW)
    viewer: Any = signed_in("viewer")
    assert viewer.get("/api/v1/flows/hello").status_code == 200
    assert viewer.send("PUT", "/api/v1/flows/hello", {"text": ""}).status_code == 403
