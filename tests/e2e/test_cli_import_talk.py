"""What `ivr flow import` makes, called on the embedded switch: the way of a newcomer with old menus."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.ivr_process import PROJECT, environment, run

HOUSE = PROJECT / "tests/corpus/importers/freeswitch/house"


def test_an_imported_menu_runs_with_its_sub_menu_and_its_pattern(tmp_path: Path) -> None:
    surroundings = environment(tmp_path)
    flows = tmp_path / "flows"
    code, _out, err = run(["flow", "import", str(HOUSE), "--to", str(flows)], surroundings)
    assert code == 0, err
    lines = "6\nhear back with star\n*\nhear good day\n3017\n"
    code, out, err = run(["flow", "run", str(flows / "house.yaml")], surroundings, lines)
    assert code == 0, err
    assert "ivr     this is more back with star" in out
    assert "presses 3017" in out
    for node in ("house_choice", "house_more", "extension_pressed"):
        assert node in out
    assert "3017" in out.rpartition("extension_pressed")[2]
