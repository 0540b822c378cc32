"""From flow files to graphs, with the line of everything that is drawn.

A drawing asks less of a file than a call does: it needs to be a flow, not one without mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ivr import registry
from ivr.errors import FlowError, IvoryError
from ivr.flow import loader, yaml
from ivr.flow.checks import Path as Steps
from ivr.flow.graph import Graph, Lines, graph
from ivr.flow.model import LoadedFlow
from ivr.flow.types import pressed
from ivr.registry import did_you_mean

Read = tuple[LoadedFlow, yaml.Document]


def read(files: Iterable[Path]) -> tuple[dict[str, Read], list[FlowError]]:
    """The flows of files by name, and what keeps others from being read. Raises IvoryError for a file that
    cannot be opened."""
    types = registry.load_all("ivr.nodes")
    flows: dict[str, Read] = {}
    errors: list[FlowError] = []
    for file in files:
        try:
            loaded, document = loader.load(file.read_bytes(), str(file), types)
            flows.setdefault(loaded.id, (loaded, document))
        except FlowError as error:
            errors.append(error)
        except OSError as error:
            raise IvoryError(f"{file} cannot be read: {error.strerror}", hint="look at its rights") from None
    return flows, errors


def drawable(name: str, flows: Mapping[str, Read], language: str = "") -> Graph:
    """The graph of one of the flows that were read.

    Raises:
        IvoryError: there is none of that name, or it does not speak the language.
    """
    if name not in flows:
        raise IvoryError(f'there is no flow "{name}"', hint=did_you_mean(name, list(flows)))
    loaded, document = flows[name]
    spoken = loaded.flow.languages
    if language and language not in spoken:
        raise IvoryError(f'{name} does not speak "{language}"', hint=did_you_mean(language, spoken))
    others = {other: read[0].flow for other, read in flows.items()}
    return graph(loaded.flow, others, language, lines(document))


def lines(document: yaml.Document) -> Lines:
    """The lines of a document, by the paths of the flow made of it."""
    return lambda path: document.place(_written(document, path), key=True).line


def _written(document: yaml.Document, path: Steps) -> Steps:
    """A path as it stands in the file, where a key of the telephone may have another name (`pound`)."""
    data, written = document.data, []
    for step in path:
        if isinstance(data, dict) and step not in data:
            step = next((key for key in data if pressed(key) == step), step)
        written.append(step)
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(written)
