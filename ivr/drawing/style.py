"""Colours and letters of a drawing as a style sheet, with the light and the dark palette.

Every colour is written twice: plainly for readers that know no custom properties, such as printers and
renderers, then as a property (`--ivr-ink`) that a page may set.
"""

from __future__ import annotations

from ivr.drawing import cards
from ivr.drawing.look import DARK, FAMILIES, LIGHT, Palette

FONTS = (
    "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Segoe UI', 'DejaVu Sans',"
    " sans-serif"
)

RULES = (
    (".paper", "fill", "paper"),
    (".rule", "stroke", "rule"),
    ("text", "fill", "ink"),
    (".soft,.type,.kind", "fill", "soft"),
    (".edge", "stroke", "line"),
    (".edge.failure,.edge.back", "stroke", "faint"),
    (".head-line", "fill", "line"),
    (".head-faint", "fill", "faint"),
    (".ground", "fill", "paper"),
    (".cap", "fill", "ink"),
    (".key", "fill", "paper"),
    (".label.failure .chip,.label.back .chip", "fill", "soft"),
    (".label.back .cap", "fill", "paper"),
    (".label.back .cap", "stroke", "faint"),
    (".label.back .key", "fill", "soft"),
    (".way", "stroke", "soft"),
    (".exit.missing .way", "stroke", "missing"),
    (".exit.missing .gist", "fill", "missing"),
    (".exit.failure text", "fill", "soft"),
    (".entry,.ways", "stroke", "soft"),
    (".begin", "fill", "ink"),
    (".flag,.goal", "fill", "goal"),
    *((f".{name} .shape", "fill", f"{name}-tint") for name in (*FAMILIES, "other")),
    *((f".node.{name} .shape,.{name} .icon,.{name} .bars", "stroke", name) for name in (*FAMILIES, "other")),
)  # fmt: skip


def sheet(theme: str) -> str:
    """The style sheet for `light`, `dark` or `auto`."""
    palette = DARK if theme == "dark" else LIGHT
    plain = "".join(
        f"{_scoped(where)}{{{what}:{palette[colour]}"
        + (f";{what}:var(--ivr-{colour},{palette[colour]})" if theme == "auto" else "")
        + "}"
        for where, what, colour in RULES
    )
    dark = f"@media screen and (prefers-color-scheme:dark){{.ivr-flow{{{_properties(DARK)}}}}}"
    return _SHEET + plain + (dark if theme == "auto" else "")


def page_sheet() -> str:
    """The style sheet of drawings without one of their own (`theme="page"`), for a page that goes by
    `color-scheme`."""
    colours = ";".join(f"--ivr-{name}:light-dark({LIGHT[name]},{DARK[name]})" for name in LIGHT)
    rules = "".join(f"{_scoped(where)}{{{what}:var(--ivr-{colour})}}" for where, what, colour in RULES)
    return f".ivr-flow{{{colours}}}{_SHEET}{rules}"


def _scoped(selectors: str) -> str:
    return ",".join(f".ivr-flow {each}" for each in selectors.split(","))


def _properties(palette: Palette) -> str:
    return ";".join(f"--ivr-{name}:{colour}" for name, colour in palette.items())


_SHEET = "".join(
    f"{_scoped(where)}{{{what}}}"
    for where, what in (
        ("text", f"font:{cards.WORDS}px {FONTS}"),
        (".title", f"font:700 20px {FONTS}"),
        (".heading", f"font:700 14px {FONTS}"),
        (".name", f"font:700 {cards.NAME}px {FONTS}"),
        (".type", f"font:{cards.TYPE}px {FONTS};text-anchor:end"),
        (".kind", f"font:{cards.TYPE}px {FONTS}"),
        (".goal", f"font:700 {cards.WORDS}px {FONTS}"),
        (".chip", f"font:{cards.CHIP}px {FONTS}"),
        (".chip.alone", "text-anchor:middle"),
        (".key", f"font:700 {cards.CHIP}px {FONTS};text-anchor:middle"),
        (".edge", "fill:none;stroke-width:1.5"),
        (".edge.failure", "stroke-dasharray:4 3;stroke-width:1.2"),
        (".edge.back", "stroke-width:1.2"),
        (".icon,.way", "fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round"),
        (".shape", "stroke-width:1.2"),
        (".bars,.entry,.ways", "fill:none;stroke-width:1"),
        (".ways", "stroke-dasharray:2 2"),
    )
)
