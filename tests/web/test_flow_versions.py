"""Versions by the API: published when all is well, compared, shared, and taken back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.settings import Settings
from ivr.store import audits
from ivr.web.flows import rehearsal
from ivr.web.site import Site
from tests.web.conftest import Browser
from tests.web.flow_texts import FAILING, HELLO, TESTS

HERE = "/api/v1/flows/hello"


@pytest.fixture
def folder(settings: Settings) -> Path:
    (settings.flows.dir / "tests").mkdir(parents=True)
    (settings.flows.dir / "hello.yaml").write_text(HELLO)
    (settings.flows.dir / "tests" / "hello.yaml").write_text(TESTS)
    return settings.flows.dir


@pytest.fixture
def designer(signed_in: Callable[[str], Browser], folder: Path) -> Browser:
    return signed_in("designer")


def publish(designer: Browser, folder: Path, words: str = "nine to five", **how: Any) -> Any:
    (folder / "hello.yaml").write_text(HELLO.replace("nine to five", words))
    tests = TESTS.replace("nine to five", words)
    (folder / "tests" / "hello.yaml").write_text(tests)
    return designer.send("POST", f"{HERE}/publish", how)


def test_a_draft_in_order_serves_with_what_its_tests_said(designer: Browser, folder: Path) -> None:
    told = publish(designer, folder, message="hello").json
    log = designer.get(f"{HERE}/versions").json
    assert log["version"] == log["draft"] == told["version"]
    assert log["releases"][0]["tests"].startswith("1 passed, ")
    assert (log["releases"][0]["by"], log["releases"][0]["message"]) == ("designer", "hello")
    assert told["wishes"] == [{"wish": "4001", "fate": "bound", "number": "4001", "flow": "hello"}]


def test_a_draft_with_errors_is_refused_with_them(designer: Browser, folder: Path) -> None:
    (folder / "hello.yaml").write_text(HELLO.replace("next: end", "next: nowhere"))
    answer = designer.send("POST", f"{HERE}/publish", {})
    assert answer.status_code == 409
    assert len(answer.json["errors"]) == 2
    assert designer.get(f"{HERE}/versions").json["releases"] == []


def test_a_draft_whose_tests_fail_is_refused_unless_told(designer: Browser, folder: Path) -> None:
    (folder / "tests" / "hello.yaml").write_text(FAILING)
    answer = designer.send("POST", f"{HERE}/publish", {})
    assert answer.status_code == 409
    assert answer.json["errors"][0]["pointer"] == "/tests/the hours in one key"
    assert designer.send("POST", f"{HERE}/publish", {"untested": True}).status_code == 200
    tests = designer.get(f"{HERE}/versions").json["releases"][0]["tests"]
    assert tests.startswith("published although its tests do not pass: 0 passed, 1 failed")


def test_what_has_just_passed_is_not_played_again_unless_something_is_different(
    designer: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert designer.send("POST", f"{HERE}/tests/run", {"stream": True}).get_data()
    monkeypatch.setattr(rehearsal, "SECONDS", 0.01)  # nothing that is played passes from here on
    assert designer.send("POST", f"{HERE}/tests/run", {}).status_code == 409
    assert designer.send("POST", f"{HERE}/publish", {}).status_code == 200
    (folder / "hello.yaml").write_text(HELLO + "# another draft\n")
    answer = designer.send("POST", f"{HERE}/publish", {})
    assert (answer.status_code, answer.json["detail"]) == (409, "the tests of hello took more than 0.01 s")


def test_coverage_can_be_asked_for(designer: Browser) -> None:
    answer = designer.send("POST", f"{HERE}/publish", {"coverage": 99})
    assert (answer.status_code, "99 % wanted" in answer.json["detail"]) == (409, True)


def test_only_the_draft_that_was_looked_at_is_published(designer: Browser, folder: Path) -> None:
    seen = designer.get(f"{HERE}/versions").json["draft"]
    answer = publish(designer, folder, "ten to four", version=seen)
    assert answer.status_code == 409


def test_a_decision_that_was_overtaken_is_refused(designer: Browser, folder: Path) -> None:
    etag = designer.get(f"{HERE}/versions").headers["ETag"]
    publish(designer, folder)
    assert designer.send("POST", f"{HERE}/retire", {}, If_Match=etag).status_code == 412


def test_a_canary_is_shared_compared_promoted_and_taken_back(designer: Browser, folder: Path) -> None:
    old = publish(designer, folder).json["version"]
    new = publish(designer, folder, "ten to four", percent=10).json["version"]
    assert designer.get(f"{HERE}/canary").json["percent"] == 10
    designer.send("POST", f"{HERE}/share", {"percent": 50})
    assert designer.get("/api/v1/flows").json[0]["canary"] == {"version": new, "percent": 50}
    designer.send("POST", f"{HERE}/promote", {})
    assert designer.get(f"{HERE}/versions").json["version"] == new
    designer.send("POST", f"{HERE}/rollback", {})
    assert designer.get(f"{HERE}/versions").json["version"] == old
    designer.send("POST", f"{HERE}/retire", {})
    assert designer.get(f"{HERE}/versions").json["version"] == ""
    assert designer.send("POST", f"{HERE}/retire", {}).status_code == 409


def test_two_versions_are_compared_in_words_and_in_lines(designer: Browser, folder: Path) -> None:
    publish(designer, folder)
    (folder / "hello.yaml").write_text(HELLO.replace("2: news}", "2: hours}"))
    told = designer.get(f"{HERE}/diff").json
    assert {(one["sign"], one["what"]) for one in told["flows"]["hello"]} >= {("~", "way")}
    assert any(line.startswith("+    options: {1: hours, 2: hours}") for line in told["lines"]["hello"])


def test_a_version_is_read_as_it_was_published(designer: Browser, folder: Path) -> None:
    version = publish(designer, folder).json["version"]
    (folder / "hello.yaml").write_text("id: hello\n")
    assert designer.get(f"{HERE}/versions/{version[:6]}").json["text"] == HELLO
    picture = designer.get(f"{HERE}/graph.svg?version={version}").get_data(as_text=True)
    assert 'data-node="news"' in picture
    files = designer.get(f"{HERE}/versions/{version}/files.zip").get_data()
    assert zipfile.ZipFile(io.BytesIO(files)).namelist() == ["hello.yaml"]


def test_the_audit_has_every_decision(designer: Browser, folder: Path, site: Site) -> None:
    version = publish(designer, folder).json["version"]
    [entry] = site.ask(audits.page, audits.Query(order="flow.publish"))
    assert (entry.by, dict(entry.before), dict(entry.after)) == (
        "user:designer", {"version": ""}, {"version": version},
    )  # fmt: skip


def test_publishing_needs_a_right_of_its_own(bearer: Callable[..., Any], folder: Path) -> None:
    assert bearer("flows:write")("POST", f"{HERE}/publish", {}).status_code == 403
