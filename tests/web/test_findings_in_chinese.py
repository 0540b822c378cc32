"""Whatever lint and checks may find is known in the reader's language: every message and every hint, as it is
written in the sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import ivr
from ivr.web.wording import PLACE, say

HOME: Final = Path(ivr.__file__).parent
LOOKED_THROUGH: Final = (
    "flow/asking.py", "flow/checks.py", "flow/destinations.py", "flow/expression_reader.py",
    "flow/expressions.py", "flow/functions.py", "flow/listening.py", "flow/loader.py", "flow/model.py",
    "flow/phrasebook.py", "flow/prompts.py", "flow/scales.py", "flow/shape.py", "flow/speaker.py",
    "flow/template.py", "flow/types.py", "flow/values.py", "flow/voices.py", "flow/yaml.py",
    "flow/yaml_builder.py", "flow/yaml_slips.py", "flow/lint", "flow/phrases/base.py",
    "flow/phrases/values.py", "flow/phrases/currencies.py", "flow/spoken/patterns.py",
    "flow/spoken/slots.py", "nodes", "hours", "acd/plan", "acd/simulator", "testing/agreement.py",
    "testing/check.py", "testing/judge.py", "testing/mocks.py", "testing/model.py", "testing/people.py",
    "testing/reading.py", "testing/served.py", "testing/world.py", "importers", "registry.py",
    "runtime/people.py", "runtime/reading.py", "customers/listed.py", "customers/sheet.py",
)  # fmt: skip
"""Where findings are made, and what is told beside them."""
NO_MESSAGES: Final = {"description", "examples", "json_schema_extra", "CODES", "summary"}
"""Options and constants whose texts are for other readers: the reference, the command line."""
OF_TEXTS: Final = {"compile", "fullmatch", "match", "sub", "search", "startswith", "endswith"}
PROSE: Final = re.compile(r"(?![A-Z]).*(?:[a-z]{2,} [a-z]{2,}|\b[a-z]+ \{\}|\{\} [a-z]{2,})", re.DOTALL)
PIECES: Final = {
    # of messages that are put together of them
    " in {}", "{} is {}, not {}", "{} is not {}", "{} is {} {}", "{} is {}", "{} and {} cannot be {}",
    "neither true nor false", "not a whole number", "not more than", "less than", "not less than",
    "more than", "write more than", "write at least", "write less than", "write at most", 'call it "{}"; ',
    "put in order", "{} of `defaults`", "this prompt takes about {} s to say{}",
    "callers have listened for about {} s here{}", ", and were not asked anything yet",
    '"{}" may end with "{}"{}, which leads nowhere', "for ever", "and fails again",
    '`repeat` is "{}" once more, {}: nobody is asked there', "{} never ends{}",
    "and nothing counts the rounds", ' once it goes round: nothing in it changes what "{}" decides by',
    "give the second one a name of its own, such as {", "reason for a break",
    "an operation calls by `http` or by `python`, and this one ", "has both", "has neither",
    " ({} tries of {} s)", "callers may hear nothing for {} s here{}", "callers may wait for {} s here{}",
    "add it to `{}s:`", "within {} s", "before {}", "; it is too short for an outside number", "there is ",
    "did you mean ",
    # of YAML's own errors, which are told in other words
    "cannot start any token", "quoted scalar", "block scalar", "mapping values are not allowed",
    "could not find expected ':'", "node content", "document start",
    # of schemas, drawings, flows that are made, and what is heard
    "time zone", "any node", "return {}", "case {}", "item {}", "{}% in {}s", "dial string",
    "outside number", "service level", "plain text", "plain texts", "heard words", "context {}",
    "{} in {}", "circle {}", "pin {}", "run {}/{}", "not carried over: ", "the last try returns or raises",
    "{{ said }}, is that right? Say yes or no, or press 1 for yes and 2 for no.",
}  # fmt: skip


def _text(node: ast.AST) -> str:
    """What is written, with `{}` for each value."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else PLACE for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _passed_over(node: ast.AST) -> ast.AST | None:
    """What of a part of the source holds no message: docstrings, patterns, what the reference says."""
    match node:
        case ast.Expr(value=ast.Constant() as docstring):
            return docstring
        case ast.keyword(arg=name, value=value) if name in NO_MESSAGES:
            return value
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return node if name in NO_MESSAGES else None
        case ast.Call(func=ast.Attribute(attr=name)):
            return node if name in OF_TEXTS else None
        case ast.FormattedValue(format_spec=ast.JoinedStr() as form):
            return form
    return None


def _prose(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    over = {each for node in ast.walk(tree) if (part := _passed_over(node)) for each in ast.walk(part)}
    within = {
        part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
        for part in node.values if isinstance(part, ast.Constant)
    }  # fmt: skip
    for node in ast.walk(tree):
        if node not in over | within and PROSE.match(words := _text(node)) and words not in PIECES:
            yield words


def test_whatever_is_written_where_findings_are_made_is_there_in_chinese() -> None:
    places = [HOME / name for name in LOOKED_THROUGH]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    every = {words: words.replace(PLACE, "x1") for file in files for words in _prose(file)}
    assert len(every) > 700
    assert [words for words, example in every.items() if say(example, "zh") == example] == []
