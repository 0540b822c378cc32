"""`ivr flow graph`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from ivr.cli import run

SHOP = """id: shop
languages: [en-US, de-DE]
nodes:
  main:
    type: menu
    prompt: {en-US: Choose., de-DE: Wählen Sie.}
    options: {1: talk, 2: nowhere}
    outcomes: {exhausted: end}
  talk: {type: play, prompt: {en-US: Hello., de-DE: Guten Tag.}, next: end}
"""


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "shop.yaml").write_text(SHOP)
    (folder / "other.yaml").write_text(SHOP.replace("id: shop", "id: other").replace("nowhere", "talk"))
    return folder


def draw(flows: Path, *words: str) -> int:
    return run(["flow", "graph", "--flows", str(flows), *words])


def test_a_flow_is_drawn_by_its_name(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw(flows, "other") == 0
    assert etree.fromstring(capsys.readouterr().out.encode()).get("data-flow") == "other"


def test_a_flow_with_mistakes_is_drawn_too(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw(flows, str(flows / "shop.yaml")) == 0
    assert "exit missing" in capsys.readouterr().out


def test_the_ending_of_the_file_says_what_to_draw(flows: Path, tmp_path: Path) -> None:
    for name, start in (
        ("a.svg", b"<svg"),
        ("a.png", b"\x89PNG"),
        ("a.mmd", b"---\ntitle"),
        ("a.json", b"{"),
    ):
        assert draw(flows, "shop", "-o", str(tmp_path / "new" / name)) == 0
        assert (tmp_path / "new" / name).read_bytes().startswith(start)


def test_the_graph_is_data_for_programs(flows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draw(flows, "shop", "--format", "json", "--language", "de-DE") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["nodes"][1]["gist"] == "Guten Tag."
    assert [(edge["outcome"], edge["node"], edge["line"]) for edge in found["edges"]] == [
        ("1", "talk", 7),
        ("2", None, 7),
        ("exhausted", None, 8),
        ("next", None, 9),
    ]


def test_all_flows_are_drawn_into_a_folder(flows: Path, tmp_path: Path) -> None:
    assert draw(flows, "--all", str(tmp_path / "out"), "--format", "mermaid") == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["other.mmd", "shop.mmd"]


def test_of_all_flows_one_that_cannot_be_read_is_told_and_the_others_drawn(
    flows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "bad.yaml").write_text("id: bad\nnodes: {a: {type: nothing}}\n")
    assert draw(flows, "--all", str(tmp_path / "out")) == 1
    assert "F102" in capsys.readouterr().out
    assert (tmp_path / "out" / "shop.svg").is_file()


@pytest.mark.parametrize("asked", ["bad", "{flows}/bad.yaml"])
def test_a_file_that_cannot_be_read_is_told(
    asked: str, flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "bad.yaml").write_text("id: bad\nnodes: {a: {type: nothing}}\n")
    assert draw(flows, asked.format(flows=flows)) == 1
    out, err = capsys.readouterr()
    assert "bad.yaml:2:19 F102" in out
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["shpo"], 1, 'did you mean "shop"'),
        (["shop", "--language", "fr-FR"], 1, 'does not speak "fr-FR"'),
        (["gone.yaml"], 1, "gone.yaml"),
        ([], 2, "--all DIR"),
        (["shop", "--all", "x"], 2, "--all DIR"),
        (["shop", "-o", "/dev/null/x.svg"], 1, "cannot be written"),
        (["shop", "-o", "shop.pdf"], 2, "shop.pdf should end in .svg, .png, .mmd or .json"),
        (["shop", "-o", "shop.pdf", "--format", "svg"], 2, "shop.pdf should end in"),
        (["shop", "-o", "shop"], 2, "shop should end in"),
        (["shop", "-o", "shop.svg", "--format", "png"], 2, "draws: end it in .png"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_way_out(
    words: list[str], code: int, said: str, flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(flows, *words) == code
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_terminal_is_not_flooded_by_a_picture(
    kind: str, flows: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert draw(flows, "shop", "--format", kind) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"-o shop.{kind}" in err
    assert draw(flows, "shop", "--format", "mermaid") == 0


def test_a_file_whose_shape_is_wrong_is_not_drawn_and_its_findings_are_listed(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (flows / "bad.yaml").write_text("id: bad\nnodes: {a: {type: play, promt: Hello, next: end}}\n")
    assert draw(flows, "bad") == 1
    out, err = capsys.readouterr()
    assert "F104" in out
    assert "nothing was drawn" in err
