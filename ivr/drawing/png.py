"""A scene as a picture of dots, for chats, tickets and slides.

resvg draws it: one small wheel, no system library. Fonts are those of this machine; where they lack a script
that the flow is written in, that is said, since a picture full of boxes helps nobody.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from ivr.drawing.scene import Scene
from ivr.drawing.style import FONTS
from ivr.drawing.svg import svg
from ivr.drawing.xml import element, words
from ivr.errors import IvoryError

SCALE = 2.0
MOST_DOTS = 24_000_000  # four bytes each while it is drawn
_EASTERN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def png(
    scene: Scene, *, theme: str = "light", scale: float = SCALE, font_dirs: tuple[str, ...] = ()
) -> bytes:
    """The picture as a PNG file.

    Args:
        scale: dots for each pixel of the SVG; less where there would be more than 24 million.
        font_dirs: folders to take fonts from instead of this machine's.

    Raises:
        IvoryError: the renderer is not installed, or no font has the flow's script.
    """
    try:
        import resvg_py
    except ImportError:
        hint = "pip install 'ivory-ivr[png]', or take --format svg"
        raise IvoryError("pictures as PNG need the package resvg_py", hint=hint) from None
    fonts: dict[str, Any] = {"skip_system_fonts": True, "font_dirs": list(font_dirs)} if font_dirs else {}
    picture = svg(scene, theme="light" if theme == "auto" else theme)
    _has_glyphs(resvg_py, picture, fonts)
    width, height = map(float, re.findall(r' (?:width|height)="(\d+)"', picture)[:2])
    zoom = min(scale, math.sqrt(MOST_DOTS / (width * height)))
    return bytes(resvg_py.svg_to_bytes(svg_string=picture, zoom=zoom, **fonts))


def _has_glyphs(resvg_py: Any, picture: str, fonts: dict[str, Any]) -> None:
    """Two different signs of a script that look the same are two empty boxes."""
    scripts: dict[str, list[str]] = {}
    for sign in dict.fromkeys(picture):
        if sign.isalpha() and ord(sign) > 0x24F and len(of := scripts.setdefault(_script(sign), [])) < 2:
            of.append(sign)
    for script, signs in scripts.items():
        drawn = {_drawn(resvg_py, sign, fonts) for sign in signs}
        if len(signs) == 2 and len(drawn) == 1:
            package = "fonts-noto-cjk" if script in _EASTERN else "fonts-noto-core"
            hint = (
                f"install one, such as Debian's {package}, or take --format svg: the reader's fonts draw it"
            )
            raise IvoryError(f"no font here has {script} signs such as {' '.join(signs)}", hint=hint)


def _script(sign: str) -> str:
    return unicodedata.name(sign, "OTHER").partition(" ")[0]


def _drawn(resvg_py: Any, sign: str, fonts: dict[str, Any]) -> bytes:
    document = element(
        "svg",
        words("text", sign, x=4, y=30, font_size=24, font_family=FONTS),
        xmlns="http://www.w3.org/2000/svg",
        width=40,
        height=40,
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=document, **fonts))
