"""The page of prompts: what is said, by whom, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ivr.flow.heard import Use
from ivr.settings import Acd, Flows, Settings, Speech, Store, Web
from ivr.speech.inventory import Line
from ivr.web.pages.prompts import MOST, arranged
from tests.web.conftest import Browser

FLOW = """
id: hotline
languages: [zh-CN, en-US]
nodes:
  greet: {type: play, prompt: {zh-CN: "您好<b>。", en-US: Good morning.}, next: bye}
  bye: {type: hangup, prompt: {zh-CN: 再见。, en-US: Goodbye.}}
"""
Someone = Callable[[str], Browser]


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


def read(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


def line(text: str, sound: str, uses: Sequence[tuple[str, str]]) -> Line:
    places = [Use(flow, place) for flow, place in uses]
    return Line(text, "en-US", text, places, sound, "", 1.0, False, "", "", None)


def test_a_prompt_is_shown_in_each_language_and_stays_text(signed_in: Someone) -> None:
    page = read(signed_in("viewer"), "/prompts")
    assert "Good morning." in page
    assert "您好&lt;b&gt;。" in page
    assert "您好<b>" not in page


def test_a_viewer_listens_and_a_designer_records(signed_in: Someone) -> None:
    viewer, designer = (read(signed_in(role), "/prompts") for role in ("viewer", "designer"))
    assert "data-play" in viewer
    assert "data-record" not in viewer
    assert "data-record" in designer


@pytest.mark.parametrize(
    ("asked", "said", "unsaid"),
    [
        ("language=en-US", "Good morning.", "再见。"),
        ("q=GOODBYE", "Goodbye.", "Good morning."),
        ("sound=recorded", "No prompt is like that", "Goodbye."),
        ("flow=other", "No prompt is like that", "Goodbye."),
        ("sound=nonsense", "Goodbye.", "No prompt is like that"),
        ("page=99", "Goodbye.", "No prompt is like that"),
    ],
)
def test_prompts_are_searched(signed_in: Someone, asked: str, said: str, unsaid: str) -> None:
    page = read(signed_in("viewer"), f"/prompts?{asked}")
    assert said in page
    assert unsaid not in page


def test_a_long_list_of_prompts_comes_in_pages(signed_in: Someone, settings: Settings) -> None:
    nodes = "\n".join(f"  n{n}: {{type: play, prompt: Sentence {n}., next: end}}" for n in range(MOST + 1))
    (settings.flows.dir / "hotline.yaml").write_text(f"id: hotline\nlanguages: [en-US]\nnodes:\n{nodes}\n")
    first, second = (read(signed_in("viewer"), f"/prompts?page={page}") for page in (1, 2))
    assert first.count("data-line=") == MOST
    assert second.count("data-line=") == 1
    assert "page=2" in first


def test_without_flows_the_page_says_what_it_is_for(signed_in: Someone, settings: Settings) -> None:
    (settings.flows.dir / "hotline.yaml").unlink()
    assert "No flow says anything yet" in read(signed_in("designer"), "/prompts")


def test_silent_prompts_stand_first() -> None:
    found = arranged([line("a", "rendered", [("x", "p")]), line("b", "", [("y", "p")])])
    assert [one.flow for one in found] == ["y", "x"]


def test_a_sentence_of_several_flows_stands_with_the_one_that_is_looked_at() -> None:
    shared = line("bye", "rendered", [("bank", "end"), ("hotline", "end")])
    assert arranged([shared])[0].flow == "bank"
    assert arranged([shared], "hotline")[0].flow == "hotline"
