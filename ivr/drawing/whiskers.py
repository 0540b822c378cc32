"""Figures with their uncertainty as a picture: one panel a figure, one row a group, a dot with whiskers for
each of two configurations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from ivr.drawing import text
from ivr.drawing.look import LIGHT
from ivr.drawing.style import FONTS
from ivr.drawing.xml import at, element, joined, path, words

WIDTH, MARGIN, NAMES = 760.0, 28.0, 150.0
ROW, GAP, HEAD, HEADING, AXIS = 18.0, 12.0, 74.0, 34.0, 26.0
_COLOURS = ("ask", "decide")
_TICKS = 6


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure between its bounds; infinite bounds are not drawn."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure of several groups.

    Args:
        rows: name, and a dot for each configuration.
        written: how a figure is written at the axis and beside its dot.
        most: where the axis ends at the latest: 1 for shares.
    """

    title: str
    rows: tuple[tuple[str, tuple[Dot, ...]], ...]
    written: Callable[[float], str]
    most: float | None = None


def whiskers(title: str, about: str, names: Sequence[str], panels: Sequence[Panel]) -> str:
    """The picture as an SVG document. `names` are those of the configurations, one or two."""
    body: list[str] = []
    y = MARGIN + HEAD
    for panel in panels:
        body.append(element("g", *_panel(panel, len(names)), transform=at(MARGIN, y)))
        y += _height(panel, len(names))
    height = round(y + MARGIN)
    return (
        element(
            "svg",
            words("title", title),
            words("desc", about),
            element("style", _SHEET),
            element("rect", width=WIDTH, height=height, fill=LIGHT["paper"]),
            words(
                "text",
                text.fit(title, WIDTH - 2 * MARGIN, 20, bold=True),
                class_="t",
                x=MARGIN,
                y=MARGIN + 16,
            ),
            words("text", text.fit(about, WIDTH - 2 * MARGIN, 12), class_="s", x=MARGIN, y=MARGIN + 36),
            *_legend(names),
            *body,
            xmlns="http://www.w3.org/2000/svg",
            role="img",
            width=WIDTH,
            height=height,
            viewBox=f"0 0 {WIDTH:g} {height:g}",
        )
        + "\n"
    )


def _legend(names: Sequence[str]) -> Iterator[str]:
    x = MARGIN + 6
    for number, name in enumerate(names):
        short = text.fit(name, 260, 12)
        yield _dot(number, x, MARGIN + 54)
        yield words("text", short, class_="s", x=x + 12, y=MARGIN + 58)
        x += 40 + text.width(short, 12)


def _height(panel: Panel, plans: int) -> float:
    return HEADING + len(panel.rows) * (plans * ROW + GAP) + AXIS


def _panel(panel: Panel, plans: int) -> Iterator[str]:
    ticks = _scale(panel)
    room = WIDTH - 2 * MARGIN - NAMES - 70
    high, bottom = ticks[-1], _height(panel, plans) - AXIS

    def place(value: float) -> float:
        return NAMES + room * min(max(value, 0.0), high) / high

    yield words("text", panel.title, class_="h", x=0, y=20)
    for tick in ticks:
        yield element("path", class_="r", d=path("M", place(tick), HEADING, "V", bottom))
        yield words("text", panel.written(tick), class_="a", x=place(tick), y=bottom + 16)
    y = HEADING + GAP / 2
    for name, dots in panel.rows:
        yield words(
            "text", text.fit(name, NAMES - 16, 12), class_="n", x=NAMES - 12, y=y + plans * ROW / 2 + 4
        )
        for number, dot in enumerate(dots):
            yield joined(_drawn(dot, number, place, y + ROW / 2, panel.written))
            y += ROW
        y += GAP


def _drawn(
    dot: Dot, number: int, place: Callable[[float], float], y: float, written: Callable[[float], str]
) -> Iterator[str]:
    if not isfinite(dot.value):
        yield words("text", "nothing to tell it from", class_="s", x=place(0) + 6, y=y + 4)
        return
    right = dot.value
    if isfinite(dot.low) and isfinite(dot.high):
        left, right = place(dot.low), dot.high
        line = path("M", left, y, "H", place(dot.high), "M", left, y - 4, "v", 8, "M", place(dot.high), y - 4)
        yield element("path", class_=f"w c{number}", d=f"{line}v 8")
    yield _dot(number, place(dot.value), y)
    yield words("text", written(dot.value), class_="s", x=place(right) + 10, y=y + 4)


def _dot(number: int, x: float, y: float) -> str:
    """A circle for the first, a diamond for the second: told apart without colours, too."""
    if number:
        return element("path", class_=f"d c{number}", d=path("M", x, y - 6, "l", 6, 6, -6, 6, -6, -6, "z"))
    return element("circle", class_="d c0", cx=x, cy=y, r=5)


def _scale(panel: Panel) -> list[float]:
    """Round figures from 0 to beyond the largest."""
    ends = [
        each for _, dots in panel.rows for dot in dots for each in (dot.value, dot.high) if isfinite(each)
    ]
    top = max([*ends, 1e-3])
    if panel.most is not None:
        top = min(top, panel.most)
    step = _round(top / (_TICKS - 1))
    return [step * number for number in range(ceil(top / step - 1e-9) + 1)]


def _round(step: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= step * (1 - 1e-9))


_SHEET = (
    f"text{{font:12px {FONTS};fill:{LIGHT['ink']}}}.t{{font:700 20px {FONTS}}}.h{{font:700 14px {FONTS}}}"
    f".s,.a{{fill:{LIGHT['soft']}}}.a{{text-anchor:middle;font-size:11px}}.n{{text-anchor:end}}"
    f".r{{stroke:{LIGHT['rule']};stroke-width:1}}.w{{fill:none;stroke-width:2}}"
    + "".join(
        f".w.c{number}{{stroke:{LIGHT[colour]}}}.d.c{number}{{fill:{LIGHT[colour]}}}"
        for number, colour in enumerate(_COLOURS)
    )
)
