"""The schemas of all that requests bring and answers give, as the OpenAPI document has them.

pydantic makes them, all together, so that two of one name get two names. What it cannot know is put in here:
how small things of flows and plans are spelled, and that an answer has every field of its model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue

from ivr.flow.json_schema.spellings import SPELLINGS
from ivr.web.api.endpoint import In

VALIDATION: Final = "validation"
SERIALIZATION: Final = "serialization"
Schema = dict[str, Any]
Kind = tuple[Any, JsonSchemaMode]

_REF: Final = "#/components/schemas/"
_FOR_EDITORS: Final = (
    "patternErrorMessage",
    "errorMessage",
    "enumDescriptions",
    "markdownEnumDescriptions",
)
_BY_NAME: Final = ("properties", "patternProperties", "$defs")
"""Keywords whose keys are names, and none of JSON Schema's."""
_VALUES: Final = ("default", "examples", "const", "enum")
"""Keywords that hold values, and no schema."""


class _Whole(GenerateJsonSchema):
    """What is answered has every field, also those with a default: they are only left out of requests, and
    of things that are given back as they were brought."""

    _brought = False

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        before, self._brought = self._brought, issubclass(schema["cls"], In)
        try:
            return super().model_schema(schema)
        finally:
            self._brought = before

    def field_is_required(self, field: Any, total: bool) -> bool:
        if self.mode == SERIALIZATION and field["type"] != "typed-dict-field" and not self._brought:
            return True
        return super().field_is_required(field, total)


class Schemas:
    """Schemas by type, and all that have a name."""

    def __init__(self, wanted: Iterable[Kind]) -> None:
        kinds: dict[tuple[int, JsonSchemaMode], tuple[JsonSchemaMode, TypeAdapter[Any]]] = {}
        for kind, mode in wanted:
            kinds.setdefault((id(kind), mode), (mode, TypeAdapter(kind)))
        given = [(key, mode, adapter) for key, (mode, adapter) in kinds.items()]
        made, rest = TypeAdapter.json_schemas(given, ref_template=f"{_REF}{{model}}", schema_generator=_Whole)
        self._made = {key: _plain(schema) for (key, _), schema in made.items()}
        self.all: Schema = {_named(name): _plain(one) for name, one in rest.get("$defs", {}).items()}

    def of(self, kind: Any, mode: JsonSchemaMode = VALIDATION) -> Schema:
        """The schema of a type: a reference where it has a name."""
        return self._made[id(kind), mode]  # type: ignore[no-any-return]

    def fields(self, model: type[BaseModel]) -> list[tuple[str, Schema, bool]]:
        """The fields of a model, each with whether it must be there. Null is no value in an address."""
        made = model.model_json_schema(ref_template=f"{_REF}{{model}}")
        self.all |= {_named(name): _plain(one) for name, one in made.pop("$defs", {}).items()}
        required = set(made.get("required", ()))
        return [
            (name, _without_null(_plain(schema)), name in required)
            for name, schema in made.get("properties", {}).items()
        ]


def _plain(part: Any) -> Any:
    """A schema without what says nothing: titles that repeat a name, words for editors."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    made = {
        key: _within(key, value)
        for key, value in part.items()
        if key not in _FOR_EDITORS and not (key == "title" and isinstance(value, str))
    }
    if "$ref" in made:
        made["$ref"] = _REF + _named(made["$ref"].removeprefix(_REF))
    if "oneOf" in made:
        made["oneOf"] = [_there(branch) for branch in made["oneOf"]]
    word = made.pop("x-spelled", "")
    return {**made, **_spelled(word)} if word else made


def _there(branch: Schema) -> Schema:
    """Exactly one of several is there; null is as good as nothing."""
    if branch.keys() != {"required"}:
        return branch
    return {**branch, "properties": {name: {"not": {"type": "null"}} for name in branch["required"]}}


def _within(key: str, value: Any) -> Any:
    if key in _VALUES:
        return value
    return {name: _plain(each) for name, each in value.items()} if key in _BY_NAME else _plain(value)


def _spelled(word: str) -> Schema:
    """How a small thing is written, where that can be told without the rest of the flow language."""
    found = SPELLINGS.get(word)
    if found is None or "$ref" in repr(found.schema):
        return {}
    return {key: value for key, value in found.schema.items() if key not in _FOR_EDITORS}


def _without_null(schema: Schema) -> Schema:
    rest = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if not rest:
        return schema
    outer = {key: value for key, value in schema.items() if key != "anyOf"}
    if outer.get("default", ...) is None:
        del outer["default"]
    return {**rest[0], **outer} if len(rest) == 1 else {"anyOf": rest, **outer}


def _named(name: str) -> str:
    """`ivr__web__api__flow_checks__Draft`, as pydantic calls one of several: `FlowChecksDraft`."""
    module, _, short = name.rpartition("__")
    return "".join(word.title() for word in module.rpartition("__")[2].split("_")) + short
