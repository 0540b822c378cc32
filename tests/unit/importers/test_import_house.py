"""A whole configuration, of the shape of FreeSWITCH's demonstration, called on a virtual clock."""

from __future__ import annotations

import pytest

from ivr.flow.scripted import Hear, Pause, Press
from tests.calls import Scenario
from tests.unit.importers.menus import HOUSE, read, scenario, told


@pytest.fixture(scope="module")
def house() -> Scenario:
    return scenario(read(HOUSE))


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("2", ["house:next", "house_choice:case 1", "extension_2001:next"]),
        ("2#", ["house:next", "house_choice:case 1", "extension_2001:next"]),
        ("3017", ["house:next", "house_choice:else", "extension_pressed:next"]),
    ],
)
def test_keys_lead_where_they_led(house: Scenario, keys: str, path: list[str]) -> None:
    walk = house.walk(Press(keys))
    assert walk.path == path
    assert walk.end.how == "transfer"


def test_what_was_pressed_is_dialled(house: Scenario) -> None:
    assert [target.address for target in house.walk(Press("3017")).call.bridged] == ["3017"]


def test_the_sub_menu_goes_back_to_the_top(house: Scenario) -> None:
    walk = house.walk(Press("6"), Hear("this is more"), Press("*"), Hear("good day"), Press("2"))
    assert [step.partition(":")[0] for step in walk.path] == [
        "house", "house_choice", "house_more", "house", "house_choice", "extension_2001",
    ]  # fmt: skip


def test_nine_says_it_all_again(house: Scenario) -> None:
    walk = house.walk(Press("9"), Hear("good day"), Press("2"))
    assert walk.path[:3] == ["house:next", "house_choice:case 3", "house:next"]


def test_silence_says_goodbye_after_three_tries_with_the_short_greeting(house: Scenario) -> None:
    walk = house.walk()
    assert walk.heard.count("good day") == 1
    assert walk.heard.count("for the desk press two") == 3
    assert walk.heard[-1] == "farewell."
    assert walk.end.how == "completed"


@pytest.mark.parametrize("keys", ["1", "3", "8", "3099", "12"])
def test_what_is_no_choice_or_could_not_be_carried_over_is_refused(house: Scenario, keys: str) -> None:
    walk = house.walk(Press(keys), Hear("not a choice"), Pause(1), Press("2"))
    assert walk.path[-1] == "extension_2001:next"


def test_a_sub_menu_that_nobody_answers_goes_back(house: Scenario) -> None:
    walk = house.walk(Press("6"), Pause(60), Press("2"))
    assert walk.path[2:4] == ["house_more:exhausted", "house:next"]


def test_everything_that_is_not_as_it_was_has_its_place() -> None:
    imported = read(HOUSE)
    text = imported.flows[0].text
    for line, word in ((10, "tts-engine"), (19, "room@meet.example.org"), (21, "77*5 enum")):
        assert any(n.place.line == line and word in n.message and n.kind == "lost" for n in imported.notes)
        assert f"(house.xml:{line})" in text
    assert "$${outside} is known to FreeSWITCH alone" in told(imported)
    assert "# front desk" in text


def test_the_number_is_that_of_the_dialplan() -> None:
    assert 'numbers: ["6100"]' in read(HOUSE).flows[0].text


def test_one_file_of_a_configuration_is_read_with_what_is_around_it() -> None:
    file = HOUSE / "ivr_menus/house.xml"
    assert read(file).flows == read(HOUSE).flows


def test_the_first_file_reads_as_if_written_by_hand() -> None:
    expected = (HOUSE.parent / "house.yaml").read_text(encoding="utf-8")
    assert read(HOUSE).flows[0].text == expected
