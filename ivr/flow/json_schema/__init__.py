"""The flow language as JSON Schema, so that editors complete and explain what a designer writes.

It is made of the models that the loader judges flows by, so that a new option is in it by itself, and of
`spellings`, for what only validators know. Draft-07 is the newest that every YAML editor reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ivr.flow import yaml
from ivr.flow.json_schema.calendars import with_days
from ivr.flow.json_schema.rewriting import Rewriter
from ivr.flow.json_schema.spellings import ITEMS, SPELLINGS, Schema, ref
from ivr.flow.json_schema.words import About, about
from ivr.flow.listening import OneOfWords
from ivr.flow.model import Flow, Node
from ivr.hours import Calendar

DRAFT = "http://json-schema.org/draft-07/schema#"
ERROR = "It could not be done at all. Outcomes that lead nowhere of their own go this way, too."


def schema(node_types: Mapping[str, type[Node]], docs: str = "") -> Schema:
    """The JSON Schema of a flow file.

    Args:
        node_types: what `type:` may say.
        docs: URL of the folder of the documentation, for links in what editors show; none when empty.
    """
    models: list[type[BaseModel]] = [Flow, Calendar, OneOfWords, *ITEMS, *node_types.values()]
    keys, raw = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/definitions/{model}"
    )
    defined = raw.get("$defs", {})
    names = {model: keys[model, "validation"]["$ref"].rpartition("/")[2] for model in models}
    write = Rewriter(docs)
    definitions: dict[str, Schema] = {name: write.definition(part) for name, part in sorted(defined.items())}
    for kind, model in node_types.items():
        node = definitions.pop(names[model])
        definitions[f"{kind}_node"] = _node(node, kind, model, write)
    definitions[names[Calendar]] = with_days(definitions[names[Calendar]])
    definitions |= {word.replace(" ", "_"): write.spelling(word) for word in SPELLINGS}
    definitions["any_node"] = _any_node(node_types, definitions["any_node"], write)
    flow = definitions.pop(names[Flow])
    return whole("Ivory flow", flow, definitions)


def whole(title: str, top: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A schema with the definitions that it needs."""
    used = {name: definitions[name] for name in sorted(_used(top, definitions))}
    return {"$schema": DRAFT, **top, "title": title, "definitions": used}


def dumps(content: Schema) -> str:
    """A schema as its file has it: the same schema, the same bytes."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _used(part: Any, definitions: Mapping[str, Schema]) -> set[str]:
    """The definitions that a schema needs, and those need."""
    found: set[str] = set()
    todo = [part]
    while todo:
        match todo.pop():
            case {"$ref": str(path), **rest}:
                name = path.rpartition("/")[2]
                todo += [*rest.values(), *([definitions[name]] if name not in found else [])]
                found.add(name)
            case Mapping() as mapping:
                todo += mapping.values()
            case list(several):
                todo += several
    return found


def _node(node: Schema, kind: str, model: type[Node], write: Rewriter) -> Schema:
    """A node type: its options, and its outcomes with what they mean."""
    page = f"nodes/{kind}.md"
    said = about(model)
    options = {name: write.linked(option, page) for name, option in node["properties"].items()}
    outcomes = {**model.own_outcomes, "error": ERROR}
    strict = model.knows_outcome is Node.knows_outcome
    options["outcomes"] = {
        **options["outcomes"],
        "properties": {
            name: {**ref("target"), **write.explained(meaning, page)} for name, meaning in outcomes.items()
        },
        "additionalProperties": False if strict else ref("target"),
    }
    if strict:
        options["outcomes"]["patternProperties"] = {"^next$": ref("target")}
    return {
        **node,
        "title": kind,
        "description": said.plain,
        "markdownDescription": write.markdown(said.markdown, page),
        "properties": options,
    }


def _any_node(node_types: Mapping[str, type[Node]], node: Schema, write: Rewriter) -> Schema:
    """A node: `type` first, and by it the options there are, so that an editor speaks of that type alone."""
    said = {kind: about(model) for kind, model in node_types.items()}
    return {
        **node,
        "title": "node",
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {
                "type": "string",
                "enum": list(said),
                "enumDescriptions": [each.plain for each in said.values()],
                "markdownEnumDescriptions": [
                    write.markdown(each.plain, f"nodes/{kind}.md") for kind, each in said.items()
                ],
                **write.explained("What kind of node this is.", "nodes/README.md"),
            }
        },
        "allOf": [
            {
                "if": {"type": "object", "properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": {"$ref": f"#/definitions/{kind}_node"},
            }
            for kind in node_types
        ],
        # Whole nodes are offered where there is no type yet.
        "if": {"not": {"required": ["type"]}},
        "then": {
            "defaultSnippets": [
                {"label": kind, "description": each.plain, "body": _body(each)} for kind, each in said.items()
            ]
        },
    }


def _body(said: About) -> Any:
    """The options of the node that is a docstring's example."""
    data = yaml.parse(said.example, "example").data if said.example else {}
    return next(iter(data.values()), {})
