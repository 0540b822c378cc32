"""The commands about numbers, as an admin uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.cli import run

FLOW = "id: {}\nlanguages: [en-US]\nnumbers: {}\nnodes: {{a: {{type: play, prompt: Hi., next: end}}}}\n"
Ivr = Callable[..., str]


@pytest.fixture
def ivr(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ivr:
    (tmp_path / "flows").mkdir()
    for name, wishes in (("hotline", '["95598", "010-55551234"]'), ("support", "[]")):
        (tmp_path / "flows" / f"{name}.yaml").write_text(FLOW.format(name, wishes))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")

    def command(*words: str, code: int = 0) -> str:
        assert run(list(words)) == code, capsys.readouterr()
        told = capsys.readouterr()
        return told.out + told.err

    return command


def test_a_wish_is_listed_until_a_row_speaks_of_it(ivr: Ivr) -> None:
    assert "the flow's own wish" in ivr("number", "list")
    assert "leads to support" in ivr("number", "set", "95598", "support", "--note", "main", "--by", "li")
    listed = json.loads(ivr("number", "list", "--json"))
    assert listed["wishes"] == {"010-55551234": "hotline"}
    (row,) = listed["numbers"]
    assert (row["number"], row["flow"], row["note"], row["by"], row["revision"]) == (
        "95598",
        "support",
        "main",
        "cli:li",
        1,
    )
    assert "cli:li, 20" in ivr("number", "list", "support")


def test_which_tells_what_answers_and_why(ivr: Ivr) -> None:
    assert ivr("number", "which", "95598") == "95598 → hotline\n  because hotline wishes for 95598\n"
    ivr("number", "set", "955XX", "support", "--by", "li")
    told = ivr("number", "which", "95598").splitlines()
    assert told[0] == "95598 → support"
    assert told[1].startswith("  because the pattern 955XX leads to support, set by cli:li on ")
    assert told[2] == "  hotline wishes for 95598"


def test_which_says_so_where_nobody_answers(ivr: Ivr) -> None:
    assert "no flow in service wishes for it" in ivr("number", "which", "1", code=1)
    ivr("number", "set", "95598", "hotline", "--off")
    assert "is switched off" in ivr("number", "which", "95598", code=1)
    assert json.loads(ivr("number", "which", "95598", "--json", code=1))["flow"] is None


def test_what_is_not_said_stays_as_it_is(ivr: Ivr) -> None:
    ivr("number", "set", "95598", "support", "--language", "en-US", "--note", "main")
    ivr("number", "set", "95598", "--off")
    row = json.loads(ivr("number", "set", "95598", "--note", "", "--json"))
    assert (row["flow"], row["language"], row["note"], row["enabled"]) == ("support", "en-US", "", False)


def test_a_row_that_goes_leaves_the_number_to_the_flow_that_wishes(ivr: Ivr) -> None:
    ivr("number", "set", "95598", "support")
    assert "it comes to hotline now, by the flow's wish for 95598" in ivr("number", "remove", "95598")
    assert "D003" in ivr("number", "remove", "95598", code=1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["95598", "suport"], 'did you mean "support"'),
        (["a b", "support"], "no number that could be called"),
        (["95598", "support", "--language", "english"], "is not a language"),
    ],
)
def test_what_cannot_be_is_refused_with_the_way_out(ivr: Ivr, words: list[str], message: str) -> None:
    assert message in ivr("number", "set", *words, code=1)


def test_a_number_without_a_row_needs_a_flow(ivr: Ivr) -> None:
    assert "Name the flow" in ivr("number", "set", "95598", "--off", code=2)


def test_a_flow_that_goes_out_of_service_is_told(ivr: Ivr, tmp_path: Path) -> None:
    ivr("number", "set", "95598", "support")
    (tmp_path / "flows/support.yaml").unlink()
    assert "flow support is not in service" in ivr("number", "list")
    assert "flow support is not in service" in ivr("number", "which", "95598", code=1)


def test_publishing_tells_of_a_number_that_another_flow_has(ivr: Ivr) -> None:
    ivr("number", "set", "95598", "support")
    told = ivr("flow", "publish", "hotline", "--untested")
    assert "95598 goes on leading to support; `ivr number set 95598 hotline` changes that" in told
    listed = json.loads(ivr("number", "list", "--json"))
    assert [(row["number"], row["flow"], row["wished"]) for row in listed["numbers"]] == [
        ("+861055551234", "hotline", True),
        ("95598", "support", False),
    ]
