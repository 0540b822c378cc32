"""The one expression language of flows: `when:`, `priority:` and what stands between {{ and }}.

    amount > 100 and caller.vip        json.items[0].due        10 if caller.vip else 0
    amount | money('CNY')              'gold' in caller.tags    (paid or 0) + fee | round(2) | text

Python's parser reads it after a scanner has let through only this language's own signs, simpleeval walks
the tree, and `values` does the work. Nothing loops, so an expression of 1,000 characters is bounded in
steps as well; every result is bounded in size.

- From loose to tight: `x if c else y`, `or`, `and`, `not`, comparisons and `in`, `|`, `+ -`, `* / // %`,
  the sign, calls and items. So `a + b | money` speaks the sum, `a == b | upper` compares with `b | upper`,
  and in `x if c else y | digits` the filter belongs to y. Filters chain from left to right.
- `a.b` and `a['b']` are items of a mapping; what is not there is null, and so is any part of null.
- `and` and `or` give back one of their sides, as in `name or 'you'`. null, false, 0, '' and empty lists
  count as false.
- Kinds are not mixed: `account == 12` is false when account is the text "12" (write `account == '12'`; what
  a caller keys in is a text), and `<` between unlike kinds, or null, is an error. Texts order by character,
  so '9' > '10'.
- Numbers are decimal: 0.1 + 0.2 == 0.3. Texts stand in '…' or "…" and know no backslash.
"""

from __future__ import annotations

import ast
import inspect
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from simpleeval import SimpleEval

from ivr.errors import ExpressionError, IvoryError
from ivr.flow import values
from ivr.flow.expression_reader import SPLIT, Filter, Reader, column_of, scan, unreadable
from ivr.flow.functions import FILTERS, FUNCTIONS
from ivr.flow.values import MAX_TEXT, KindError, Unspeakable, failure
from ivr.registry import did_you_mean

__all__ = ["CODES", "FILTERS", "FUNCTIONS", "Expression", "parse"]

CODES = {
    "E001": "an expression that cannot be read",
    "E002": "an expression that is too long or too deep",
    "E003": "a sign or word that the language does not have",
    "E004": "a call of something that is not a function's name",
    "E005": "a | without a filter's name behind it",
    "E006": "a name that starts with two underscores",
    "E010": "a name that nothing carries",
    "E011": "a function or filter that does not exist",
    "E012": "kinds of values that do not go together",
    "E013": "a division by zero, or a number out of bounds",
    "E014": "a function or filter that failed",
    "E015": "a text or list that is too long",
    "E016": "a value of a kind that expressions do not know",
}

MAX_SOURCE = 1_000
MISSING = "say it with a `when:`, or give it a value first: x | default(…)"
NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Expression:
    """One parsed expression; it may be evaluated by any number of calls at once.

    Attributes:
        source: as written, without the spaces around it.
        names: the names whose values it needs (`caller` of `caller.vip`).
        functions: the functions it calls.
        filters: the filters it applies.
    """

    source: str
    names: frozenset[str]
    functions: frozenset[str]
    filters: frozenset[str]
    _tree: ast.expr = field(repr=False, compare=False)
    _offset: int = field(default=0, repr=False, compare=False)

    def evaluate(
        self,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]] = NONE,
        filters: Mapping[str, Callable[..., Any]] = NONE,
    ) -> Any:
        """The value: str, int, Decimal, bool, None, a date or time, or a list or mapping from `scope`.

        Args:
            scope: the value of each name; floats count as the decimal number they print as.
            functions: beside those of `FUNCTIONS`.
            filters: beside those of `FILTERS`.

        Raises:
            ExpressionError: with the column in what `parse` was given.
        """
        return _Evaluator(self, scope, functions, filters).result()


@lru_cache(maxsize=4096)
def parse(source: str) -> Expression:
    """Read an expression, once.

    Raises:
        ExpressionError: with the column (from 1) and usually a hint.
    """
    if len(source) > MAX_SOURCE:
        raise failure("E002", f"an expression has at most {MAX_SOURCE:,} characters", SPLIT)
    offset = len(source) - len(source.lstrip())
    text = scan(source).strip()
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise unreadable(text, error, offset) from None
    except (RecursionError, MemoryError):
        raise failure("E002", "an expression that is nested too deep", SPLIT) from None
    reader = Reader(text, offset)
    tree = reader.read(tree)
    return Expression(
        text, frozenset(reader.names), frozenset(reader.functions), frozenset(reader.filters), tree, offset
    )


_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: values.add,
    ast.Sub: values.subtract,
    ast.Mult: values.multiply,
    ast.Div: values.divide,
    ast.FloorDiv: values.floor_divide,
    ast.Mod: values.remainder,
    ast.USub: values.negate,
    ast.UAdd: values.positive,
    ast.Not: operator.not_,
    ast.Eq: values.equal,
    ast.NotEq: lambda left, right: not values.equal(left, right),
    ast.Lt: values.less,
    ast.LtE: values.ordering(operator.le),
    ast.Gt: values.ordering(operator.gt),
    ast.GtE: values.ordering(operator.ge),
    ast.In: values.contains,
    ast.NotIn: lambda item, container: not values.contains(item, container),
}


class _Evaluator(SimpleEval):  # type: ignore[misc]
    """Walks one tree once.

    simpleeval walks; what touches values is replaced. Its own checks let attributes of Python objects
    through, and look at all of a value's content at every step: slow with an HTTP answer of a megabyte.
    """

    def __init__(
        self,
        expression: Expression,
        scope: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        filters: Mapping[str, Callable[..., Any]],
    ) -> None:
        # SimpleEval's own __init__ changes the process's warning filters each time and admits far more nodes.
        self.expression = expression
        self.names = scope
        self.functions = functions
        self.filters = filters
        self.operators = _OPERATORS
        self.nodes = {
            ast.Constant: self._eval_constant,
            ast.Name: self._eval_name,
            ast.Attribute: self._eval_attribute,
            ast.Subscript: self._eval_subscript,
            ast.Call: self._eval_call,
            Filter: self._eval_filter,
            ast.List: self._eval_list,
            ast.UnaryOp: self._eval_unaryop,
            ast.BinOp: self._eval_binop,
            ast.BoolOp: self._eval_boolop,
            ast.Compare: self._eval_compare,
            ast.IfExp: self._eval_ifexp,
        }

    def result(self) -> Any:
        return self._eval(self.expression._tree)

    def _eval(self, node: ast.expr) -> Any:
        try:
            return self.nodes[type(node)](node)
        except KindError as error:
            segment = ast.get_source_segment(self.expression.source, node) or self.expression.source
            raise self._failure(node, "E012", f"{segment[:80]}: {error.what}", error.hint) from None
        except ExpressionError as error:
            error.column = error.column or column_of(node, self.expression.source, self.expression._offset)
            raise

    def _failure(self, node: ast.expr, code: str, message: str, hint: str = "") -> ExpressionError:
        return failure(code, message, hint, column_of(node, self.expression.source, self.expression._offset))

    @staticmethod
    def _eval_constant(node: ast.Constant) -> Any:
        return node.value

    def _eval_name(self, node: ast.Name) -> Any:
        try:
            value = self.names[node.id]
        except KeyError:
            hint = did_you_mean(node.id, list(self.names))
            raise self._failure(node, "E010", f'nothing is called "{node.id}"', hint) from None
        return values.admit(value)

    def _eval_attribute(self, node: ast.Attribute) -> Any:
        return values.attribute(self._eval(node.value), node.attr)

    def _eval_subscript(self, node: ast.Subscript) -> Any:
        return values.item(self._eval(node.value), self._eval(node.slice))

    def _eval_list(self, node: ast.List) -> list[Any]:
        return [self._eval(each) for each in node.elts]

    def _eval_call(self, node: ast.Call) -> Any:
        return self._call(node, "function", self.functions, FUNCTIONS)

    def _eval_filter(self, node: Filter) -> Any:
        return self._call(node, "filter", self.filters, FILTERS)

    def _call(
        self,
        node: ast.Call,
        sort: str,
        given: Mapping[str, Callable[..., Any]],
        built_in: Mapping[str, Callable[..., Any]],
    ) -> Any:
        name = node.func.id  # type: ignore[attr-defined]
        function = given.get(name) or built_in.get(name)
        if function is None:
            hint = did_you_mean(name, [*given, *built_in])
            raise self._failure(node, "E011", f'there is no {sort} "{name}"', hint)
        arguments = [self._eval(each) for each in node.args]
        try:
            result = values.admit(function(*arguments))
        except (IvoryError, KindError):
            raise
        except Unspeakable as error:
            raise self._unspeakable(node, arguments, error) from None
        except Exception as error:
            if isinstance(error, TypeError) and not _fits(function, arguments):
                message = f"{name} does not take {len(arguments)} values"
                raise self._failure(node, "E014", message, _usage(name, function)) from None
            # Its own words may hold what nobody may read: only its kind is told, and what it takes.
            message = f"{name} failed ({type(error).__name__})"
            raise self._failure(node, "E014", message, _usage(name, function)) from error
        if type(result) is str and len(result) > MAX_TEXT:
            raise self._failure(node, "E015", f"a text longer than {MAX_TEXT:,} characters")
        return result

    def _unspeakable(self, call: ast.Call, arguments: list[Any], error: Unspeakable) -> ExpressionError:
        """What a filter refused, by how it is written. Its value stands in `revealing` alone, unless it is
        none, or stands in the flow itself."""
        refused = next((index for index, each in enumerate(arguments) if each is error.value), None)
        node = call.args[0 if refused is None else refused]
        what = (ast.get_source_segment(self.expression.source, node) or self.expression.source)[:80]
        revealing = f"{what} is {error.shown}, not {error.expected}"
        if isinstance(node, ast.Constant) and refused is not None:
            return self._failure(call, "E014", f"{error.shown} is not {error.expected}", error.hint)
        if error.value is None:
            return self._failure(call, "E014", revealing, MISSING)
        failed = self._failure(call, "E014", f"{what} is not {error.expected}")
        failed.revealing = f"{revealing}; {error.hint}" if error.hint else revealing
        return failed


def _fits(function: Callable[..., Any], arguments: list[Any]) -> bool:
    try:
        inspect.signature(function).bind(*arguments)
    except (TypeError, ValueError):
        return False
    return True


def _usage(name: str, function: Callable[..., Any]) -> str:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return ""
    return f"{name}({', '.join(parameters)})"
