"""What is wrong among flows: the same name, the same number, circles of subflows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath

from ivr.errors import Finding
from ivr.flow.lint.circles import circles
from ivr.flow.lint.source import Source
from ivr.numbers import normalise


def check(sources: Mapping[str, Source]) -> list[Finding]:
    """F211, F212, F213; of two that clash, the second is told."""
    return [*_clashes(sources), *_circles(sources)]


def _clashes(sources: Mapping[str, Source]) -> Iterator[Finding]:
    names: dict[str, Source] = {}
    wishes: dict[str, Source] = {}
    for source in sources.values():
        flow, place = source.loaded.flow, source.document.place
        first = names.setdefault(flow.id, source)
        if first is not source:
            message = f'"{flow.id}" is also the name of {_beside(first.loaded.file, source.loaded.file)}'
            yield Finding(place(("id",)), "F213", message, "rename one")
        for index, number in enumerate(flow.numbers):
            holder = wishes.setdefault(normalise(number) or number, source)
            if holder is not source:
                message = f'{number} is wished for by "{holder.loaded.id}" too'
                path = (
                    ("numbers", index) if isinstance(source.document.data["numbers"], list) else ("numbers",)
                )
                yield Finding(place(path), "F212", message, "keep it in one of them")


def _beside(file: str, other: str) -> str:
    """A file as who looks at another one knows it: by its name alone, if it lies in the same folder."""
    return PurePath(file).name if PurePath(file).parent == PurePath(other).parent else file


def _circles(sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Subflows that begin each other again: such a call would never come back."""
    by_id = {source.loaded.id: source for source in sources.values()}
    calls = {
        flow: {
            callee: name
            for name, node in source.loaded.flow.nodes.items()
            for callee in node.subflows()
            if callee in by_id
        }
        for flow, source in by_id.items()
    }
    for circle in circles(calls):
        source, node = by_id[circle[0]], calls[circle[0]][circle[1]]
        message = f"subflows in a circle: {' → '.join(circle)}"
        hint = "let one of them go there with `next: flow:NAME` instead"
        yield Finding(source.document.place(("nodes", node), key=True), "F211", message, hint)
