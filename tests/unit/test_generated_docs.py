"""The reference pages that come from code are fresh, and nothing in them lacks words."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

from ivr import registry, settings
from ivr.flow.model import Defaults, Flow, Node

DOCS = Path(__file__).parents[2] / "docs"


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()
NODES: dict[str, type[Node]] = registry.load_all("ivr.nodes")
MODELS: list[type[BaseModel]] = [Flow, Defaults, Node, *NODES.values()]
MODELS += [inner for node in NODES.values() for inner in GENERATOR.nested(node)]


@pytest.mark.parametrize("page", list(GENERATOR.pages()))
def test_generated_pages_are_fresh(page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == GENERATOR.pages()[page], "run `make docs`"


@pytest.mark.parametrize("entry", list(settings.table()), ids=lambda entry: entry.name)
def test_every_setting_says_what_it_does(entry: settings.Entry) -> None:
    assert entry.help.endswith((".", "`", "none"))


@pytest.mark.parametrize("model", list(dict.fromkeys(MODELS)), ids=lambda model: model.__name__)
def test_every_option_says_what_it_does(model: type[BaseModel]) -> None:
    assert GENERATOR.prose(model)
    for name, field in model.model_fields.items():
        assert field.description or name == "type", name


def test_no_page_depends_on_this_machine() -> None:
    for page, text in GENERATOR.pages().items():
        assert str(Path.home()) not in text, page
