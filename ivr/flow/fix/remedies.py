"""For each code that can be repaired without asking: which letters to change.

Only what a designer would do in the same way without a thought is here; what has two ways out (a key given
twice, a tab, a missing target) stays theirs. Whether a change helped, `repair` sees by checking again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ivr.errors import Finding
from ivr.flow.fix import declaring, moving, quoting, tokens
from ivr.flow.fix.edits import Edit, Text
from ivr.flow.fix.spelling import is_slip
from ivr.flow.fix.tokens import Token
from ivr.flow.yaml_slips import INLINE
from ivr.i18n import is_tag
from ivr.registry import meant

_SIGNS = {
    "&&": "and",
    "||": "or",
    "=": "==",
    **dict(zip("（），＝＞＜＋－［］", "(),=><+-[]", strict=True)),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("‘’", "'"),
}
_NAME = re.compile(r"""'[^']*'|"[^"]*"|[^\W\d]\w*""")
_VALUE = re.compile(r"\{\{([^{}]*)\}\}")
_SEPARATORS = "\u2028\u2029"


@dataclass(frozen=True)
class Draft:
    """A file that is to be repaired."""

    text: Text

    @cached_property
    def root(self) -> Token | None:
        return tokens.read(self.text.lines)

    @cached_property
    def places(self) -> Mapping[tuple[int, int], Sequence[Token]]:
        """The tokens that begin at a place: a mapping begins where its first key does."""
        places: dict[tuple[int, int], list[Token]] = {}
        for token in self.root.all() if self.root else ():
            places.setdefault((token.line, token.column), []).append(token)
        return places

    def scalar(self, finding: Finding) -> Token | None:
        """The text that a finding points at."""
        found = self.places.get((finding.place.line, finding.place.column), ())
        return next((token for token in found if token.sort == "scalar"), None)


Remedy = Callable[[Draft, Finding], Iterator[Edit]]


def edits(draft: Draft, finding: Finding) -> list[Edit]:
    """The changes that repair a finding; none where there is no safe way."""
    remedy = REMEDIES.get(finding.code)
    return list(remedy(draft, finding)) if remedy else []


# YAML -------------------------------------------------------------------------------------------------


def _invisible(draft: Draft, finding: Finding) -> Iterator[Edit]:
    line, column = finding.place.line, finding.place.column
    sign = draft.text.rest(line, column)[:1]
    if sign and not sign.isprintable() and sign not in _SEPARATORS:
        yield Edit(line, column, sign, "")


def _quoted(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """A text that needs quotes: from where it begins to its end."""
    yield from quoting.text_at(draft.text, finding.place.line, finding.place.column)


def _quoted_around(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """A text that needs quotes, known by a sign within it; or a mapping that needs braces."""
    if inline := INLINE.fullmatch(draft.text.rest(finding.place.line, 1)):
        yield Edit(finding.place.line, inline.start(2) + 1, inline[2], f"{{{inline[2]}}}")
        return
    yield from quoting.text_around(draft.text, finding.place.line, finding.place.column)


def _spaced(draft: Draft, finding: Finding) -> Iterator[Edit]:
    line, column = finding.place.line, finding.place.column
    if re.match(r":\S", draft.text.rest(line, column)):
        yield Edit(line, column, ":", ": ")


def _full_width(draft: Draft, finding: Finding) -> Iterator[Edit]:
    line, column = finding.place.line, finding.place.column
    rest = draft.text.rest(line, column)
    if colon := re.match(r"\s*：\s*", rest):
        yield Edit(line, column, colon[0], ": ")
    elif (quoted := re.match(r"[“”]([^“”\"\\]*)[“”]", rest)) and not re.search("[“”]", rest[quoted.end() :]):
        yield Edit(line, column, quoted[0], f'"{quoted[1]}"')


def _key_sign(draft: Draft, finding: Finding) -> Iterator[Edit]:
    line, column = finding.place.line, finding.place.column
    if match := re.match(r"([*#])\s*:(?=\s|$)", draft.text.rest(line, column)):
        yield Edit(line, column, match[0], "star:" if match[1] == "*" else "pound:")


def _backslash(draft: Draft, finding: Finding) -> Iterator[Edit]:
    line, column = finding.place.line, finding.place.column
    for start in (column, column - 1):
        if re.match(r"\\[^\\]", draft.text.rest(line, start)):
            yield Edit(line, start, "\\", "\\\\")
            return


def _valueless(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """`{en-US: Hello, world}`: the words behind the comma belong to the text before it."""
    key = draft.scalar(finding)
    for token in draft.root.all() if draft.root and key else ():
        if token.sort != "mapping" or not any(each is key for each in token.inner[::2]):
            continue
        pairs = list(token.pairs())
        at = next(index for index, (name, _) in enumerate(pairs) if name is key)
        first = last = at
        while first > 0 and not pairs[first][1].written:
            first -= 1
        while last + 1 < len(pairs) and not pairs[last + 1][1].written:
            last += 1
        begin, end = pairs[first][1], pairs[last][0]
        if first < at and begin.line == end.line and begin.is_literal and begin.written == begin.value:
            yield quoting.quoted(draft.text, begin.line, begin.column, end.end[1])


# Words ------------------------------------------------------------------------------------------------


def _respelt(*, chosen: bool) -> Remedy:
    """The word that a finding points at, as it was meant."""

    def remedy(draft: Draft, finding: Finding) -> Iterator[Edit]:
        token, new = draft.scalar(finding), meant(finding.hint)
        if token is None or not new:
            return
        prefix = "flow:" if token.value.startswith("flow:") else ""
        word = token.value.removeprefix(prefix)
        if is_slip(word, new, chosen=chosen) and (edit := token.rewritten(prefix + new)):
            yield edit

    return remedy


def _respelt_inside(*, chosen: bool) -> Remedy:
    """A name within an expression, as it was meant."""

    def remedy(draft: Draft, finding: Finding) -> Iterator[Edit]:
        token, new = draft.scalar(finding), meant(finding.hint)
        named = re.search(r'"([^"]+)"|(\w+)\(\)', finding.message)
        if token is None or named is None or not token.is_literal:
            return
        word = named[1] or named[2]
        if not is_slip(word, new, chosen=chosen):
            return
        if token.value == word:
            yield Edit(token.line, token.start, word, new)
            return
        regions = [match.span(1) for match in _VALUE.finditer(token.value)]
        for begin, end in regions if "{{" in token.value else [(0, len(token.value))]:
            for found in _NAME.finditer(token.value, begin, end):
                column = token.start + found.start()
                if found[0].strip("'\"") != word or token.value[: found.start()].rstrip().endswith("."):
                    continue
                if finding.code == "F203" and found[0] != word:
                    yield Edit(token.line, column + 1, word, new)
                elif finding.code != "F203" and found[0] == word:
                    yield Edit(token.line, column, word, new)

    return remedy


def _declared(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """A variable that is set and not declared: a slip of the hand, or one to declare."""
    token = draft.scalar(finding)
    if token is not None and finding.hint == f"add `{token.value}: null` to vars":
        yield from declaring.variable(draft.text, draft.root, token.value)
    else:
        yield from _respelt(chosen=True)(draft, finding)


def _language(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """`zh_cn` → `zh-CN`, wherever it stands in the prompt or list that the finding points at."""
    named = re.search(r'"([^"]+)"', finding.message)
    if named is None:
        return
    language, *others = re.split("[-_]", named[1])
    tag = "-".join([language.lower(), *(each.upper() if len(each) == 2 else each.title() for each in others)])
    here = draft.places.get((finding.place.line, finding.place.column), ())
    for token in here[0].all() if here and is_tag(tag) else ():
        if token.value == named[1] and (edit := token.rewritten(tag)):
            yield edit


def _next_beside(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """`outcomes: {next: a, error: b}` → `next: a` and `outcomes: {error: b}`."""
    key = draft.scalar(finding)
    if finding.hint.startswith("write") and finding.hint.endswith("beside it"):
        yield from moving.out_of_outcomes(draft.text, draft.root, key)


# Values -----------------------------------------------------------------------------------------------


def _seconds(draft: Draft, finding: Finding) -> Iterator[Edit]:
    token = draft.scalar(finding)
    if (
        token
        and re.fullmatch(r"[0-9]+(\.[0-9]+)?", token.value)
        and (edit := token.rewritten(token.value + "s"))
    ):
        yield edit


def _without_braces(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """`"{{ amount > 1 }}"` where an expression stands by itself; `{{ a }} > {{ b }}` is not for a machine."""
    token = draft.scalar(finding)
    match = _VALUE.fullmatch(token.value.strip()) if token else None
    if token and match and match[1].strip() and (edit := token.rewritten(match[1].strip())):
        yield edit


def _sign(draft: Draft, finding: Finding) -> Iterator[Edit]:
    """A sign of another language: `&&`, `（`."""
    line, column = finding.place.line, finding.place.column
    rest = draft.text.rest(line, column)
    for sign, instead in _SIGNS.items():
        if not rest.startswith(sign) or not finding.message.startswith(f"{sign} "):
            continue
        before = draft.text.lines[line - 1][: column - 1]
        if sign == "=" and (rest[1:2] in tuple("=<>") or before.endswith(tuple("=<>!"))):
            return
        lead = " " if instead.isalpha() and not before.endswith(" ") else ""
        trail = " " if instead.isalpha() and not rest[len(sign) :].startswith(" ") else ""
        yield Edit(line, column, sign, lead + instead + trail)
        return


REMEDIES: Mapping[str, Remedy] = {
    "E003": _sign,
    "F003": _invisible,
    "F008": _quoted,
    "F009": _quoted,
    "F010": _spaced,
    "F011": _full_width,
    "F012": _quoted_around,
    "F016": _key_sign,
    "F025": _valueless,
    "F027": _backslash,
    "F102": _respelt(chosen=False),
    "F103": _respelt(chosen=False),
    "F104": _respelt(chosen=False),
    "F110": _seconds,
    "F115": _without_braces,
    "F123": _language,
    "F201": _respelt(chosen=True),
    "F202": _respelt(chosen=True),
    "F203": _respelt_inside(chosen=True),
    "F204": _respelt_inside(chosen=True),
    "F206": _respelt(chosen=False),
    "F208": _respelt_inside(chosen=False),
    "F209": _declared,
    "F218": _respelt(chosen=True),
    "F231": _next_beside,
}
"""What `--fix` repairs; docs/linting.md tells of each."""
