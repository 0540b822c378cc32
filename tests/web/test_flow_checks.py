"""What an editor asks while somebody writes: findings with their repair, the picture, names, codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.settings import Settings
from tests.web.conftest import Browser
from tests.web.flow_texts import HELLO

CHECK = "/api/v1/flows/hello/check"


@pytest.fixture
def designer(signed_in: Callable[[str], Browser], settings: Settings) -> Browser:
    settings.flows.dir.mkdir(exist_ok=True)
    (settings.flows.dir / "hello.yaml").write_text(HELLO)
    return signed_in("designer")


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.flows.dir


def checked(designer: Browser, text: str) -> Any:
    return designer.send("POST", CHECK, {"text": text}).json


def test_a_finding_says_from_where_to_where_and_what_would_repair_it(designer: Browser) -> None:
    text = HELLO.replace("    goal: told", "    gaol: told")
    [found] = [one for one in checked(designer, text)["findings"] if one["code"] == "F104"]
    assert (found["line"], found["column"], found["end_column"]) == (13, 5, 9)
    assert found["fix"] == {
        "label": "goal",
        "edits": [{"line": 13, "column": 5, "old": "gaol", "new": "goal"}],
    }


def test_a_text_that_can_be_read_is_drawn_for_the_page(designer: Browser) -> None:
    graph = checked(designer, HELLO)["graph"]
    assert graph["svg"].startswith("<svg")
    assert "<style" not in graph["svg"]
    assert [(one["id"], one["line_from"], one["line_to"]) for one in graph["nodes"]] == [
        ("main", 6, 10),
        ("hours", 11, 15),
        ("news", 16, 20),
    ]


def test_a_text_that_cannot_be_read_has_findings_and_no_picture(designer: Browser) -> None:
    told = checked(designer, "id: [")
    assert told["findings"]
    assert told["graph"] is None


def test_a_text_is_checked_among_its_neighbours_as_they_are_now(designer: Browser, folder: Path) -> None:
    text = HELLO.replace("2: news}", "2: flow:other}")
    assert [one for one in checked(designer, text)["findings"] if one["severity"] == "error"]
    other = HELLO.replace("id: hello", "id: other").replace('["4001"]', "[]")
    (folder / "other.yaml").write_text(other)
    assert not [one for one in checked(designer, text)["findings"] if one["severity"] == "error"]
    (folder / "other.yaml").unlink()
    assert [one for one in checked(designer, text)["findings"] if one["severity"] == "error"]


def test_nothing_is_written_by_a_check(designer: Browser, folder: Path) -> None:
    checked(designer, HELLO.replace("Hello", "Other"))
    assert (folder / "hello.yaml").read_text() == HELLO


def test_what_has_one_safe_repair_is_repaired_at_once(designer: Browser) -> None:
    text = HELLO.replace("    goal: told", "    gaol: told").replace("type: menu", "type: mneu")
    told = designer.send("POST", "/api/v1/flows/hello/fix", {"text": text}).json
    assert (told["text"], told["repaired"]) == (HELLO, 2)


@pytest.mark.parametrize(
    ("kind", "begins"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("mmd", b"flowchart"), ("json", b"{")]
)
def test_a_flow_is_drawn_in_every_format(designer: Browser, kind: str, begins: bytes) -> None:
    answer = designer.get(f"/api/v1/flows/hello/graph.{kind}")
    assert begins in answer.get_data()[:400]


def test_a_flow_that_cannot_be_drawn_says_why(designer: Browser, folder: Path) -> None:
    (folder / "hello.yaml").write_text("id: hello\nnodes: 7\n")
    answer = designer.get("/api/v1/flows/hello/graph.svg")
    assert answer.status_code == 409
    assert answer.json["errors"]


def test_an_editor_gets_the_schema_of_flows_and_of_tests(designer: Browser) -> None:
    flow, tests = (
        designer.get("/api/v1/flow-schema").json,
        designer.get("/api/v1/flow-schema?tests=true").json,
    )
    assert "nodes" in flow["properties"]
    assert "cases" in tests["properties"]


CHINESE = {"Accept-Language": "zh-CN,en;q=0.5"}


@pytest.mark.parametrize(("of", "english", "chinese"), [
    ("", "One flow, as one YAML file holds it.", "一个流程，对应一个 YAML 文件。"),
    ("?tests=true", "What callers of one flow do, and what must come of it.",
     "来电者在一个流程中怎么做，应得到什么结果。"),
])  # fmt: skip
def test_a_schema_explains_in_the_language_of_who_asks(
    designer: Browser, of: str, english: str, chinese: str
) -> None:
    first = designer.get(f"/api/v1/flow-schema{of}", headers={"Accept-Language": "en"})
    second = designer.get(f"/api/v1/flow-schema{of}", headers=CHINESE)
    assert (first.json["description"], second.json["description"]) == (english, chinese)
    assert [one.headers["Content-Language"] for one in (first, second)] == ["en-US", "zh-CN"]
    assert designer.send("PATCH", "/api/v1/me", {"language": "zh"}).status_code == 204
    third = designer.get(f"/api/v1/flow-schema{of}", headers={"Accept-Language": "en"})
    assert third.json == second.json


def test_a_schema_that_a_browser_has_is_not_sent_again_unless_in_another_language(
    designer: Browser,
) -> None:
    answer = designer.get("/api/v1/flow-schema", headers={"Accept-Language": "en"})
    has = {"If-None-Match": answer.headers["ETag"]}
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)
    assert designer.get("/api/v1/flow-schema", headers=has | {"Accept-Language": "en"}).status_code == 304
    assert designer.get("/api/v1/flow-schema", headers=has | CHINESE).status_code == 200


def test_functions_are_explained_in_the_language_of_who_asks(designer: Browser) -> None:
    names = designer.get("/api/v1/flow-names", headers=CHINESE).json
    [opened] = [one for one in names["expressions"]["functions"] if one["name"] == "open"]
    assert opened["words"] == "日历现在是否营业：`open('office')`。"


def test_names_to_complete_are_those_there_are(designer: Browser, folder: Path) -> None:
    (folder / "sounds").mkdir()
    (folder / "sounds" / "ding.wav").write_bytes(b"")
    names = designer.get("/api/v1/flow-names").json
    assert (names["flows"], names["sounds"]) == (["hello"], ["ding.wav"])


def test_a_code_is_explained_with_examples(designer: Browser) -> None:
    assert "```yaml" in designer.get("/api/v1/flow-codes/F104").json["text"]
    assert designer.get("/api/v1/flow-codes/F999").status_code == 404


def test_a_code_is_explained_in_the_language_of_who_asks(designer: Browser) -> None:
    told = designer.get("/api/v1/flow-codes/F104", headers=CHINESE).json
    assert told["title"] == "不存在的选项"
    assert told["text"].startswith("节点（或流程）没有这个名称的选项。")
    assert "\n\n错误：\n\n```yaml\n" in told["text"]
