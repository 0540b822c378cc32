"""A PNG is drawn with this machine's fonts, or it is said what is missing."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest

from ivr.drawing.png import png
from ivr.drawing.scene import scene
from ivr.errors import IvoryError
from tests.unit.drawing.pictures import a_graph, a_node, drawn, tangled


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_a_picture_of_dots_has_two_for_each_pixel(theme: str) -> None:
    flow = scene(a_graph([a_node("a"), a_node("b")], []))
    once, twice = (png(flow, theme=theme, scale=scale) for scale in (1.0, 2.0))
    assert size(twice) == tuple(2 * side for side in size(once))


def test_a_dark_picture_differs_from_a_light_one() -> None:
    flow = scene(a_graph([a_node("a")], []))
    assert png(flow, theme="dark") != png(flow, theme="light") == png(flow, theme="auto")


def test_a_huge_picture_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.drawing.png.MOST_DOTS", 200_000)
    width, height = size(png(scene(tangled(40, 1))))
    assert 100_000 < width * height < 210_000


def test_without_the_renderer_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(IvoryError, match="ivory-ivr\\[png\\]"):
        png(drawn("hotline"))


def test_without_chinese_fonts_it_says_so_instead_of_drawing_boxes(tmp_path: Path) -> None:
    flow = scene(a_graph([a_node("a", "请按键选择")], []))
    with pytest.raises(IvoryError, match="no font here has CJK signs") as caught:
        png(flow, font_dirs=(str(tmp_path),))
    assert "fonts-noto-cjk" in caught.value.hint
