"""Pages of flows: what they lead to and show, for those who may write and those who may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.settings import Settings
from tests.web.conftest import Browser
from tests.web.flow_texts import HELLO, TESTS


@pytest.fixture
def someone(signed_in: Callable[[str], Browser], settings: Settings) -> Callable[[str], Browser]:
    (settings.flows.dir / "tests").mkdir(parents=True)
    (settings.flows.dir / "hello.yaml").write_text(HELLO)
    (settings.flows.dir / "tests" / "hello.yaml").write_text(TESTS)
    return signed_in


def read(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def test_a_designer_writes_and_a_viewer_reads(someone: Callable[[str], Browser]) -> None:
    assert "<ivory-editor" in read(someone("designer"), "/flows/hello")
    page = read(someone("viewer"), "/flows/hello")
    assert "<ivory-editor" not in page
    assert "data-publish" not in page
    assert "We are open from nine to five." in page


def test_flows_are_searched_by_name_title_and_number(someone: Callable[[str], Browser]) -> None:
    viewer = someone("viewer")
    for words in ("hel", "HELLO", "4001"):
        assert "/flows/hello" in read(viewer, f"/flows?q={words}")
    assert "No flow is like that" in read(viewer, "/flows?q=nothing")
    assert "No flow is like that" in read(viewer, "/flows?state=wrong")


def test_without_flows_the_page_says_how_to_begin(
    signed_in: Callable[[str], Browser], settings: Settings
) -> None:
    assert "Begin with a template" in read(signed_in("designer"), "/flows")


def test_what_somebody_wrote_stays_text(someone: Callable[[str], Browser], settings: Settings) -> None:
    evil = HELLO.replace("title: Hello", "title: </textarea><script>alert(1)</script>")
    (settings.flows.dir / "hello.yaml").write_text(evil)
    for path in ("/flows", "/flows/hello"):
        assert "<script>alert" not in read(someone("designer"), path)


def test_versions_are_told_and_compared(someone: Callable[[str], Browser], settings: Settings) -> None:
    designer = someone("designer")
    assert "Never published" in read(designer, "/flows/hello/versions")
    version = designer.send("POST", "/api/v1/flows/hello/publish", {"message": "first"}).json["version"]
    (settings.flows.dir / "hello.yaml").write_text(HELLO.replace("2: news}", "2: hours}"))
    page = read(designer, f"/flows/hello/versions?old={version}&new=draft")
    assert "first" in page
    assert "options: {1: hours, 2: hours}" in page


def test_what_cannot_be_compared_says_why(someone: Callable[[str], Browser]) -> None:
    assert "It cannot be compared" not in read(someone("viewer"), "/flows/hello/versions?old=<b>&new=draft")


def test_a_flow_that_only_serves_shows_its_versions(
    someone: Callable[[str], Browser], settings: Settings
) -> None:
    designer = someone("designer")
    designer.send("POST", "/api/v1/flows/hello/publish", {})
    (settings.flows.dir / "hello.yaml").unlink()
    assert designer.get("/flows/hello").headers["Location"] == "/flows/hello/versions"
    assert "no file" in read(designer, "/flows")


def test_a_flow_with_mistakes_has_its_pages(someone: Callable[[str], Browser], settings: Settings) -> None:
    (settings.flows.dir / "hello.yaml").write_text("id: hello\nnodes: [")
    for part in ("", "/tests", "/versions", "/traffic"):
        assert "graph.svg" not in read(someone("viewer"), f"/flows/hello{part}")


def test_there_is_no_page_of_no_flow(someone: Callable[[str], Browser]) -> None:
    assert someone("viewer").get("/flows/nobody").status_code == 404
