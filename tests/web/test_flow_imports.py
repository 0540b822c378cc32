"""Menus of other systems, uploaded: made into drafts, and never a way to the machine's other files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.settings import Settings
from tests.web.conftest import Browser

MENU = """\
<include><menus><menu name="main" greet-long="say:Press 1 for sales." timeout="5000">
  <entry action="menu-exec-app" digits="1" param="transfer 1001 XML default"/>
</menu></menus></include>
"""


@pytest.fixture
def designer(signed_in: Callable[[str], Browser], settings: Settings) -> Browser:
    settings.flows.dir.mkdir()
    return signed_in("designer")


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.flows.dir


def take(designer: Browser, text: str = MENU, path: str = "ivr_menus/main.xml", **how: Any) -> Any:
    body = {"files": [{"path": path, "text": text}], "language": "en-US", **how}
    return designer.send("POST", "/api/v1/flow-imports", body)


def test_what_would_come_of_it_is_shown_first(designer: Browser, folder: Path) -> None:
    told = take(designer).json
    assert [one["name"] for one in told["flows"]] == ["main"]
    assert not told["kept"]
    assert list(folder.iterdir()) == []


def test_flows_are_written_when_that_is_wanted(designer: Browser, folder: Path) -> None:
    take(designer, keep=True)
    assert designer.get("/api/v1/flows/main").json["changed_by"] == "designer"


def test_a_flow_that_is_there_is_not_written_over(designer: Browser, folder: Path) -> None:
    (folder / "main.yaml").write_text("id: main\n")
    assert take(designer, keep=True).json["flows"][0]["there"]
    assert (folder / "main.yaml").read_text() == "id: main\n"


def test_what_is_no_menu_is_refused_with_its_place(designer: Browser) -> None:
    assert take(designer, "<include/>").status_code == 409
    assert take(designer, "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><menu/>").status_code == 409


@pytest.mark.parametrize("path", ["../../../../main.xml", "/etc/main.xml", "a/../../b\\..\\main.xml", "..."])
def test_a_name_leads_nowhere_but_into_its_own_folder(designer: Browser, tmp_path: Path, path: str) -> None:
    before = sorted(tmp_path.rglob("*.xml"))
    assert take(designer, path=path).status_code == 200
    assert sorted(tmp_path.rglob("*.xml")) == before


def test_nothing_of_the_machine_is_read_or_told(designer: Browser, tmp_path: Path) -> None:
    (tmp_path / "secret.xml").write_text(MENU.replace('"main"', '"secret"'))
    include = f'<include><X-PRE-PROCESS cmd="include" data="{tmp_path}/*.xml"/>'
    told = take(designer, MENU.replace("<include>", include))
    assert [one["name"] for one in told.json["flows"]] == ["main"]
    assert "secret" not in told.get_data(as_text=True)
    assert "ivory-import" not in told.get_data(as_text=True)


def test_recordings_are_taken_only_from_where_sounds_are(
    designer: Browser, tmp_path: Path, folder: Path
) -> None:
    (tmp_path / "call.wav").write_bytes(b"what a caller said")
    text = MENU.replace("say:Press 1 for sales.", f"{tmp_path}/call.wav")
    assert take(designer, text, keep=True).json["sounds"] == []
    assert not list(folder.rglob("*.wav"))
