from __future__ import annotations

from math import inf, nan
from xml.etree import ElementTree

from ivr.drawing.whiskers import Dot, Panel, whiskers

SVG = "{http://www.w3.org/2000/svg}"


def picture(*dots: Dot, most: float | None = None) -> ElementTree.Element:
    panel = Panel("Wait", (("a <group> & more", dots),), lambda value: f"{value:.3g}", most)
    return ElementTree.fromstring(whiskers("Title", "about", ["one", "two"][: len(dots)], [panel]))


def words(drawn: ElementTree.Element) -> list[str]:
    return ["".join(each.itertext()) for each in drawn.iter(f"{SVG}text")]


def test_each_configuration_has_its_dot_its_whiskers_and_its_figure() -> None:
    drawn = picture(Dot(7.5, 6, 9), Dot(3.5, 3, 4))
    assert len([each for each in drawn.iter(f"{SVG}path") if "w c" in each.get("class", "")]) == 2
    assert {"7.5", "3.5", "one", "two", "a <group> & more"} <= set(words(drawn))


def test_shares_end_at_the_whole() -> None:
    assert words(picture(Dot(0.97, 0.9, 1.0), most=1.0)).count("1.2") == 0


def test_what_is_not_known_is_said_instead_of_drawn() -> None:
    drawn = picture(Dot(nan, nan, nan))
    assert "nothing to tell it from" in words(drawn)


def test_unknown_bounds_leave_the_dot_alone() -> None:
    drawn = picture(Dot(2.0, -inf, inf))
    assert not [each for each in drawn.iter(f"{SVG}path") if "w c" in each.get("class", "")]
