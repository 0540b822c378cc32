"""SVG elements as text: every attribute and every word passes here, so nothing is ever left unescaped."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from ivr.drawing.text import clean


def element(tag: str, *inner: str, **attributes: str | float) -> str:
    """An element; `inner` are elements already, `data_from` is the attribute data-from, `class_` class."""
    head = "".join(
        f" {name.rstrip('_').replace('_', '-')}={quoteattr(_written(value))}"
        for name, value in attributes.items()
    )
    return f"<{tag}{head}>{''.join(inner)}</{tag}>" if inner else f"<{tag}{head}/>"


def words(tag: str, content: str, **attributes: str | float) -> str:
    """An element that holds words."""
    return element(tag, escape(clean(content)), **attributes)


def path(*steps: str | float) -> str:
    """The `d` of a path, from its letters and numbers."""
    return "".join(step if isinstance(step, str) else f" {short(step)}" for step in steps).replace(" -", "-")


def at(x: float, y: float) -> str:
    """A `transform` to a place."""
    return f"translate({short(x)} {short(y)})"


def joined(parts: Iterable[str]) -> str:
    """Several elements as one."""
    return "".join(parts)


def short(value: float) -> str:
    """A number to a tenth of a pixel."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _written(value: str | float) -> str:
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else clean(value)
    return short(value)
