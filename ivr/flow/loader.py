"""From YAML text to a flow, with every mistake found at once and shown where it stands.

Only the shape is judged here; what names refer to is `lint`'s business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from ivr.errors import Finding, FlowError
from ivr.flow import yaml
from ivr.flow.model import Flow, LoadedFlow, Node, Path
from ivr.registry import did_you_mean

NodeTypes = Mapping[str, type[Node]]


def load(text: str | bytes, file: str, node_types: NodeTypes) -> tuple[LoadedFlow, yaml.Document]:
    """Read one flow.

    Args:
        text: the YAML.
        file: its name, for messages.
        node_types: what `type:` may say.

    Returns:
        The flow, and the document that knows where everything stands.

    Raises:
        FlowError: with every finding, in the order of the file.
    """
    document = yaml.parse(text, file)
    if not isinstance(document.data, dict):
        raise FlowError(
            [Finding(document.place(()), "F100", "a flow is a mapping", "begin with `id: my_flow`")]
        )
    findings: list[Finding] = []
    nodes = _nodes(document, node_types, findings)
    head = {**document.data, "nodes": nodes}
    flow = None
    try:
        flow = Flow.model_validate(head)
    except ValidationError as error:
        # A node that failed above is missing here; only what is wrong with the rest is said.
        findings.extend(
            _finding(problem, document, document.data, (), Flow, "the flow")
            for problem in error.errors()
            if not (problem["loc"][:1] == ("nodes",) and findings)
        )
    if flow is None or findings:
        raise FlowError(sorted(findings, key=lambda one: (one.place.line, one.place.column, one.code)))
    raw = text.encode() if isinstance(text, str) else text
    return LoadedFlow(flow, hashlib.sha256(raw).hexdigest()[:16], file), document


def _nodes(document: yaml.Document, node_types: NodeTypes, findings: list[Finding]) -> dict[str, Any]:
    raw = document.data.get("nodes")
    if not isinstance(raw, dict):
        return raw  # type: ignore[no-any-return]
    nodes: dict[str, Any] = {}
    for name, data in raw.items():
        path: Path = ("nodes", name)
        if not isinstance(data, dict):
            findings.append(
                Finding(document.place(path), "F101", f'node "{name}" has no options', "give it a `type:`")
            )
            continue
        kind = data.get("type")
        if kind is None:
            place = document.place(path, key=True)
            findings.append(
                Finding(place, "F101", f'node "{name}" has no type', f"write `type: {_one_of(node_types)}`")
            )
            continue
        if not isinstance(kind, str) or kind not in node_types:
            place = document.place((*path, "type"))
            hint = did_you_mean(str(kind), list(node_types))
            findings.append(Finding(place, "F102", f'there is no node type "{kind}"', hint))
            continue
        try:
            nodes[name] = node_types[kind].model_validate(data)
        except ValidationError as error:
            findings.extend(
                _finding(problem, document, data, path, node_types[kind], f"{kind}")
                for problem in error.errors()
            )
    return nodes


def _one_of(words: Iterable[str]) -> str:
    return next(iter(sorted(words)), "play")


def _finding(
    problem: Any, document: yaml.Document, data: Any, prefix: Path, model: type[BaseModel], what: str
) -> Finding:
    """One of pydantic's errors in the words, and at the place, of the designer's file."""
    path, missing = _path_in(data, problem["loc"])
    full = prefix + path
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        name = str(problem["loc"][-1])
        known = _options(model, problem["loc"][:-1])
        place = document.place(full, key=True)
        return Finding(
            place, "F104", f'unknown option "{name}" for {_where(what, path[:-1])}', did_you_mean(name, known)
        )
    if kind == "missing":
        name = str(missing or problem["loc"][-1])
        return Finding(
            document.place(full, key=True),
            "F105",
            f'"{name}" is missing for {_where(what, path)}',
            f"add `{name}:`",
        )
    if kind == "flow":
        return Finding(document.place(full), context["code"], context["message"], context["hint"])
    message = problem["msg"].removeprefix("Value error, ")
    return Finding(document.place(full), "F103", f"{_where(what, path)}: {message[0].lower()}{message[1:]}")


def _where(what: str, path: Path) -> str:
    return f'{what}, "{".".join(map(str, path))}"' if path else what


def _path_in(data: Any, loc: tuple[str | int, ...]) -> tuple[Path, str]:
    """The part of pydantic's location that exists in the file, and the name that doesn't.

    pydantic also names the branches of unions and fields that a validator made; those are passed over.
    """
    path: list[str | int] = []
    missing = ""
    for part in loc:
        if isinstance(data, dict) and part in data:
            data = data[part]
            path.append(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
            path.append(part)
        else:
            missing = str(part)
    return tuple(path), missing


def _options(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The options a model knows at a location, as far as it can be followed."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = _model_of(field.annotation) if field else None
        if inner is None:
            continue
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `dict[str, Option] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if found := _model_of(inner):
            return found
    return None
