"""Files of tests as JSON Schema, for editors: made of the models that judge them, as that of flows is.

Anywhere within a case, and in names, `{{ }}` may stand for a value of its `each`; a schema cannot know
whether there is one, so it lets them all through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ivr.flow.json_schema import whole
from ivr.flow.json_schema.rewriting import Rewriter
from ivr.flow.json_schema.spellings import Schema, ref
from ivr.testing.model import (
    STEP_MODELS,
    AgentModel,
    CaseModel,
    Hearing,
    MockModel,
    PartyModel,
    QueueModel,
    RequestModel,
    Saying,
    StaffModel,
    SuiteModel,
)
from ivr.testing.spellings import SPELLINGS

_PAGE = "flow-tests.md"
_VALUE: Schema = {"type": "string", "pattern": r"\{\{"}
_ITEMS = (
    Hearing,
    Saying,
    MockModel,
    PartyModel,
    AgentModel,
    QueueModel,
    StaffModel,
    RequestModel,
)  # what stands in a spelling


def schema(docs: str = "") -> Schema:
    """The JSON Schema of a file of tests. `docs`: URL of the folder of the documentation, for links."""
    models: list[type[BaseModel]] = [SuiteModel, CaseModel, *_ITEMS, *STEP_MODELS]
    keys, raw = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/definitions/{model}"
    )
    names = {model: keys[model, "validation"]["$ref"].rpartition("/")[2] for model in models}
    write = Rewriter(docs, SPELLINGS)
    definitions = {name: write.definition(part) for name, part in raw["$defs"].items()}
    definitions |= {word.replace(" ", "_"): write.spelling(word) for word in SPELLINGS}
    definitions["step"] |= _step([definitions.pop(names[model]) for model in STEP_MODELS])
    definitions["case"] = _case(definitions.pop(names[CaseModel]), write)
    top = definitions.pop(names[SuiteModel])
    tests = {"type": "array", "items": ref("case"), **write.explained("The cases.", f"{_PAGE}#a-case")}
    options = {name: write.linked(option, f"{_PAGE}#a-case") for name, option in top["properties"].items()}
    top |= {
        "properties": {"flow": options.pop("flow"), **options, "cases": tests},
        "required": ["flow", "cases"],
    }
    fillable = {name: _fillable(part) for name, part in definitions.items()}
    return whole("Tests of an Ivory flow", top, fillable)


def _step(models: list[Schema]) -> Schema:
    """A step: one key of several, which an editor offers together."""
    options = {name: option for model in models for name, option in model["properties"].items()}
    return {
        "anyOf": [
            {"type": "string", "enum": ["hang_up", "hangup"]},
            {
                "type": "object",
                "properties": options,
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ]
    }


def _case(case: Schema, write: Rewriter) -> Schema:
    """A case, with what is done with it before it is judged."""
    table: Schema = {
        "type": "array",
        "minItems": 1,
        "items": {"type": "object", "minProperties": 1},
        **write.explained(
            "The case is played once for each line, with its values where their names stand in `{{ }}`.",
            f"{_PAGE}#each",
        ),
    }
    options = {name: write.linked(option, f"{_PAGE}#a-case") for name, option in case["properties"].items()}
    needed = [{"required": ["steps"]}, {"required": ["expect"]}]
    order = [
        "name",
        "caller",
        "mock",
        "answer",
        "queues",
        "agents",
        "allow",
        "calendars",
        "vars",
        "deaf",
        "each",
        "steps",
        "expect",
    ]
    options["each"] = table
    chosen = {name: options[name] for name in order}
    return {**case, "title": "test case", "properties": chosen, "anyOf": needed}


def _fillable(part: Any) -> Any:
    """A schema in which every value and every name may be one of `each`."""
    if not isinstance(part, Mapping):
        return part
    new = dict(part)
    for key in ("additionalProperties", "items"):
        if isinstance(part.get(key), Mapping):
            new[key] = _or_value(part[key])
    if "propertyNames" in part:
        new["propertyNames"] = {"anyOf": [_VALUE, part["propertyNames"]]}
    if "properties" in part:
        new["properties"] = {name: _or_value(each) for name, each in part["properties"].items()}
    if "anyOf" in part:
        new["anyOf"] = [_fillable(each) for each in part["anyOf"]]
    return new


def _or_value(part: Mapping[str, Any]) -> Schema:
    """What stands there, or `{{ }}`. Not `anyOf`: of a mistake, an editor is to say what this schema says."""
    free = not part.keys() & {"$ref", "type", "enum", "anyOf"}
    said = {key: part[key] for key in ("description", "markdownDescription") if key in part}
    return dict(part) if free else {"if": _VALUE, "else": _fillable(part), **said}
