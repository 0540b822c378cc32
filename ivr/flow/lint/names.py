"""Does every expression see the names it uses, and is every variable declared and set?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ivr.errors import Finding
from ivr.flow import checks, expressions, phrases, scope
from ivr.flow.checks import Path
from ivr.flow.expressions import Expression
from ivr.flow.lint.confidential import assigned
from ivr.flow.lint.source import View
from ivr.flow.model import Part
from ivr.flow.template import Template
from ivr.registry import did_you_mean

_FUNCTIONS = (*expressions.FUNCTIONS, *scope.FUNCTIONS)
_FILTERS = (*expressions.FILTERS, *phrases.NAMES)
_OPEN = re.compile(r"""\bopen\(\s*(['"])([^'"]*)\1\s*\)""")
_ELSEWHERE = {
    **dict.fromkeys(scope.OPERATION_NAMES, "the `save:` of an operation only: save it in a variable there"),
    "value": "the `check:` of a collect only: use the variable of its `into:`",
}
"""Names that are known in one place, with what to do in another."""


def check(view: View) -> Iterator[Finding]:
    """F203, F204, F208, F209, F223, F233."""
    used: dict[str, Path] = {}
    known = frozenset(scope.names(view.flow.vars))
    for part in view.parts:
        for expression in _expressions(part):
            yield from _expression(view, part, expression, known)
            for name in expression.names - part.names:
                used.setdefault(name, part.path)
    set_here = {variable for node in view.flow.nodes.values() for _, variable in assigned(node)}
    yield from _undeclared(view)
    for name, value in view.flow.vars.items():
        if value is None and name in used and name not in set_here and name not in view.flow.inputs:
            message = f'"{name}" is used, but nothing ever sets it'
            hint = "set it, or give it a value here, or name it in `inputs:`"
            yield view.finding(("vars", name), "F223", message, hint, "warning", key=True)


def _expressions(part: Part) -> Sequence[Expression]:
    if isinstance(part.value, Expression):
        return (part.value,)
    if isinstance(part.value, Template) and not part.value.is_static:
        return [piece for piece in part.value.parts if isinstance(piece, Expression)]
    return ()


def _compared(name: str, expression: Expression) -> bool:
    """Whether a name is one side of a comparison, where a text is meant as often as not."""
    return re.search(rf"[!=]=\s*{name}\b|\b{name}\s*[!=]=", expression.source) is not None


def _expression(view: View, part: Part, expression: Expression, known: frozenset[str]) -> Iterator[Finding]:
    for name in sorted(expression.names - known - part.names):
        hint = did_you_mean(name, known | part.names)
        if name in _ELSEWHERE:
            hint = f"it is known in {_ELSEWHERE[name]}"
        elif not hint.startswith("did") and _compared(name, expression):
            hint = f"write '{name}' in quotes if it is a text, or add `{name}: null` to vars"
        elif not hint.startswith("did"):
            hint = f"add `{name}: null` to vars if it is a variable; {hint}"
        yield view.finding(part.path, "F204", f'"{name}" is not known here', hint)
    for name in sorted(expression.functions.difference(_FUNCTIONS)):
        hint = did_you_mean(name, _FUNCTIONS)
        yield view.finding(part.path, "F208", f"there is no function {name}()", hint)
    for name in sorted(expression.filters.difference(_FILTERS)):
        yield view.of((), checks.unknown(part.path, "F208", "filter", name, _FILTERS))
    if "open" in expression.functions:
        for match in _OPEN.finditer(expression.source):
            if match[2] not in view.flow.calendars:
                way_out = "add it to `calendars:`"
                yield view.of(
                    (), checks.unknown(part.path, "F203", "calendar", match[2], view.flow.calendars, way_out)
                )
    if view.people is not None and expression.functions.intersection(scope.OF_GROUPS):
        for name in scope.groups_named(expression.source):
            for problem in view.around("").group(part.path, name):
                yield view.of((), problem)


def _undeclared(view: View) -> Iterator[Finding]:
    for name, node in view.flow.nodes.items():
        for option, variable in assigned(node):
            if variable not in view.flow.vars:
                hint = did_you_mean(variable, view.flow.vars)
                if not hint.startswith("did"):
                    hint = f"add `{variable}: null` to vars"
                path = ("nodes", name, *option)
                yield view.finding(path, "F209", f'"{variable}" is not declared', hint, key=len(option) > 1)
