"""Reading expressions: what the language has and what it does not, with a word for every slip.

A scanner lets through only the language's own signs, so that Python's parser, which knows the precedences,
never sees anything else of Python; then its tree is checked again and made the language's own.
"""

from __future__ import annotations

import ast
import keyword
import re

from ivr.errors import ExpressionError
from ivr.flow import values
from ivr.flow.values import failure

MAX_DEPTH = 50
SPLIT = "split it up with nodes of type set"
RESERVED = {"null": None, "true": True, "false": False}
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'[^'\\\n\r\0\ud800-\udfff]*'|"[^"\\\n\r\0\ud800-\udfff]*")
      | (?P<number>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?![\w.]))
      | (?P<name>[^\W\d]\w*)
      | (?P<slip>\*\*|&&|\|\||<<|>>|:=|->)
      | (?P<sign>//|[=!<>]=|[-+*/%<>|().,\[\]])""",
    re.VERBOSE,
)
_WORDS = frozenset({"and", "or", "not", "in", "if", "else", "None", "True", "False"})
_INSTEAD = {
    "**": "multiply instead",
    "&&": "write and",
    "||": "write or",
    "&": "write and",
    "=": "write == to compare",
    "!": "write not",
    "?": "write x if condition else y",
    "{": "write names without braces",
    ":=": "assign in a node of type set",
    "\\": "texts know no backslash; for a quote in a text use the other kind of quote around it",
    "'": "close the text with '",
    '"': 'close the text with "',
    "is": "write ==",
} | dict.fromkeys("“”‘’（），：；＝＞＜＋－！｜［］。", "this is full-width; write the ASCII sign")
_OPEN = {"(": ")", "[": "]"}


class Filter(ast.Call):
    """`args[0] | func(args[1:])`"""


def scan(source: str) -> str:
    """Let only the language's own signs through; this is where most slips get their words.

    Returns the source with its line breaks and other white space as plain spaces, outside of texts.
    """
    at = 0
    before = ""
    clean: list[str] = []
    brackets: list[tuple[str, int]] = []
    while at < len(source):
        match = _TOKEN.match(source, at)
        token, sort = (match[0], match.lastgroup) if match else (source[at], "slip")
        column = at + 1
        at += len(token)
        clean.append(token if sort != "space" else " " * len(token))
        if sort == "space":
            continue
        if sort == "slip":
            if token.isdigit():
                hint = "a number is plain digits with at most one point; put account numbers in quotes"
                raise failure("E003", "a number that cannot be read", hint, column)
            if token in ("'", '"'):
                raise failure("E001", "a text that is not closed on its line", _INSTEAD[token], column)
            raise failure("E003", f"{token} is not part of the language", _INSTEAD.get(token, ""), column)
        if sort == "name":
            _check_word(token, before, column)
            if source[at : at + 1] in ("'", '"') and token not in _WORDS:
                raise failure("E003", f"{token} stands before a quote", "delete it", column)
        elif sort == "text" and before[:1] in ("'", '"'):
            raise failure("E001", "two texts beside each other", "join them with +", column)
        elif token in _OPEN:
            brackets.append((_OPEN[token], column))
        elif token in (")", "]") and (not brackets or brackets.pop()[0] != token):
            raise failure("E001", f"{token} closes nothing", "", column)
        before = token
    if not before:
        raise failure("E001", "an empty expression", "", 1)
    if brackets:
        closing, column = brackets[-1]
        raise failure("E001", "a bracket that is not closed", f"add {closing}", column)
    return "".join(clean)


def _check_word(word: str, before: str, column: int) -> None:
    if word.startswith("__"):
        raise failure("E006", f'"{word}" starts with two underscores', "rename it", column)
    if keyword.iskeyword(word) and word not in _WORDS:
        hint = f'write ["{word}"]' if before == "." else _INSTEAD.get(word, "")
        raise failure("E003", f'"{word}" is not part of the language', hint, column)


def unreadable(text: str, error: SyntaxError, offset: int) -> ExpressionError:
    """What Python's parser did not understand, in the language's own words."""
    column = error.offset or 0
    if "'else'" in error.msg:
        return failure("E001", "an if without its else", "write x if condition else y", offset + column)
    if column > len(text) or column <= 0:
        return failure(
            "E001", "the expression breaks off", "something is missing at its end", offset + len(text) + 1
        )
    rest = re.match(r"\w+|.", text[column - 1 :])
    found = rest[0] if rest else ""
    hint = "an operator, a comma or a value is missing"
    if found.lower() in _WORDS:
        hint = f"write {found.lower()} in small letters"
    return failure("E001", f"{found} cannot stand here", hint, offset + column)


class Reader:
    """Checks a tree of Python's and turns it into the language's own."""

    def __init__(self, source: str, offset: int) -> None:
        self.names: set[str] = set()
        self.functions: set[str] = set()
        self.filters: set[str] = set()
        self._source = source
        self._offset = offset

    def read(self, node: ast.expr, depth: int = 0) -> ast.expr:
        if depth >= MAX_DEPTH:
            message = f"more than {MAX_DEPTH} steps inside each other"
            raise failure("E002", message, SPLIT, self._column(node))
        deeper = depth + 1
        match node:
            case ast.Constant(value=bool() | None | str()):
                pass
            case ast.Constant(value=int() | float() as number):
                try:
                    node.value = values.admit(number)
                except ExpressionError as error:
                    error.column = self._column(node)
                    raise
            case ast.Name(id=name) if name in RESERVED:
                return ast.copy_location(ast.Constant(RESERVED[name]), node)
            case ast.Name(id=name):
                self.names.add(name)
            case ast.Attribute():
                node.value = self.read(node.value, deeper)
            case ast.Subscript():
                node.value = self.read(node.value, deeper)
                node.slice = self.read(node.slice, deeper)
            case ast.UnaryOp():
                node.operand = self.read(node.operand, deeper)
            case ast.BinOp(op=ast.BitOr()):
                return self._filter(node, deeper)
            case ast.BinOp():
                node.left, node.right = self.read(node.left, deeper), self.read(node.right, deeper)
            case ast.BoolOp():
                node.values = [self.read(each, deeper) for each in node.values]
            case ast.Compare():
                node.left = self.read(node.left, deeper)
                node.comparators = [self.read(each, deeper) for each in node.comparators]
            case ast.IfExp():
                node.test, node.body = self.read(node.test, deeper), self.read(node.body, deeper)
                node.orelse = self.read(node.orelse, deeper)
            case ast.List():
                node.elts = [self.read(each, deeper) for each in node.elts]
            case ast.Call(func=ast.Name(id=name)) if name not in RESERVED:
                self.functions.add(name)
                node.args = [self.read(each, deeper) for each in node.args]
            case ast.Call(func=ast.Attribute(attr=name)):
                hint = f"values have no methods; see whether there is a filter: … | {name}"
                raise failure("E004", f".{name}( ) is not part of the language", hint, self._column(node))
            case ast.Call():
                raise failure("E004", "only functions can be called, by their names", "", self._column(node))
            case ast.Tuple():
                hint = "write a list as [a, b]"
                raise failure(
                    "E003", "a comma without a list or function around it", hint, self._column(node)
                )
            case _:
                message = f'"{ast.get_source_segment(self._source, node)}" is not part of the language'
                raise failure("E003", message, "", self._column(node))
        return node

    def _filter(self, node: ast.BinOp, depth: int) -> ast.expr:
        match node.right:
            case ast.Name(id=name) if name not in RESERVED:
                args: list[ast.expr] = []
            case ast.Call(func=ast.Name(id=name), args=args) if name not in RESERVED:
                pass
            case _:
                hint = "filters chain from left to right: x | trim | upper"
                raise failure("E005", "a filter's name is missing behind |", hint, self._column(node.right))
        self.filters.add(name)
        args = [self.read(each, depth) for each in (node.left, *args)]
        function = ast.copy_location(ast.Name(name, ast.Load()), node.right)
        return ast.copy_location(Filter(function, args, []), node.right)

    def _column(self, node: ast.expr) -> int:
        return column_of(node, self._source, self._offset)


def column_of(node: ast.expr, source: str, offset: int) -> int:
    """Python counts bytes; people count characters, from 1."""
    return offset + len(source.encode()[: node.col_offset].decode(errors="ignore")) + 1
