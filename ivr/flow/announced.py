"""Which keys a text tells callers to press: "press 3", 请按3, "press star", 按井号键.

A prompt that names a key that does nothing, or forgets one that does, is what every menu ends up with after
its third change. Telling so is guessing at language: what is doubtful counts as not named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_HAN = {**dict(zip("零一二三四五六七八九", "0123456789", strict=True)), "〇": "0", "幺": "1"}
_WORDS = {
    **dict(
        zip(
            ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            "0123456789",
            strict=True,
        )
    ),
    **dict.fromkeys(("star", "asterisk"), "*"),
    **dict.fromkeys(("pound", "hash"), "#"),
}
_SIGNS = {"星": "*", "米": "*", "井": "#"}
_SIGNS_OF: dict[str, list[str]] = {}
for _sign, _key in (*_HAN.items(), *_SIGNS.items()):
    _SIGNS_OF.setdefault(_key, []).append(_sign)
_NARROW = str.maketrans("０１２３４５６７８９＊＃", "0123456789*#")

_WORD = "|".join(_WORDS)
_TO_ZH, _TO_EN = r"\s*(?:到|至|[-~—–])\s*", r"\s*(?:to|through|-|–)\s*"

_ZH = re.compile(
    r"按\s*(?:下|住)?\s*(?:数字)?\s*键?\s*[“「\"']?(?:"
    rf"(?P<first>[0-9]){_TO_ZH}(?P<last>[0-9])(?![0-9])"
    r"|(?P<keys>[0-9]{1,10})(?!\s*[0-9位个次下遍年月日分秒点])"
    rf"|(?P<han>[{''.join(_HAN)}])(?!\s*[{''.join(_HAN)}十百千万下次定般个些位遍起边直样旦切律同会年月日点])"
    r"|(?P<sign>[*#]|[星井](?=号|键)|米(?=字))"
    r")"
)
_EN = re.compile(
    r"\b(?:press(?:ing)?|hit|push)\s+(?:(?:the|key|number|digit|button)\s+)*[\"'“]?(?:"
    rf"(?P<first>[0-9]){_TO_EN}(?P<last>[0-9])(?![0-9])"
    r"|(?P<keys>[0-9]{1,10})(?![0-9])(?!\s*(?:times?|digits?|seconds?|minutes?)\b)"
    rf"|(?P<word>{_WORD})\b(?!\s+(?:of|more|or\s+more|times?|keys|digits?|buttons|moment|seconds?|minutes?)\b)"
    r"|(?P<sign>[*#])"
    r")",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"([0-9])(?:{_TO_ZH}|{_TO_EN})([0-9])(?![0-9])")
_ANY_WORD = re.compile(rf"\b(?:{_WORD})\b", re.IGNORECASE)
_UNKNOWN = re.compile(r"(?:按\s*|\bpress(?:ing)?\s+(?:the\s+|key\s+)*)\ufffc", re.IGNORECASE)


@lru_cache(maxsize=4096)  # lint asks for each text several times
def told(text: str) -> tuple[str, ...]:
    """The keys that a text surely tells to press, in its order: `("1", "12", "#")`."""
    plain = _narrow(text)
    matches = [match for pattern in (_ZH, _EN) for match in pattern.finditer(plain)]
    matches.sort(key=re.Match.start)
    return tuple(dict.fromkeys(key for match in matches for key in _keys(match)))


@lru_cache(maxsize=4096)
def _narrow(text: str) -> str:
    return text.translate(_NARROW)


def _keys(match: re.Match[str]) -> Iterator[str]:
    named = match.groupdict()
    if named["first"]:
        yield from map(str, range(int(named["first"]), int(named["last"]) + 1))
    elif named["keys"] or named["sign"]:
        keys = named["keys"] or named["sign"]
        yield _SIGNS.get(keys, keys)
    elif named.get("han"):
        yield _HAN[named["han"]]
    else:
        yield _WORDS[named["word"].lower()]


def may_name(text: str, key: str) -> bool:
    """Whether a text could be understood to name `key`: its digit, word or sign stands anywhere in it, or it
    names a key that only the call knows (`press {{ key }}`)."""
    plain = _narrow(text)
    if key in plain or _UNKNOWN.search(plain):
        return True
    if any(int(first) <= int(key) <= int(last) for first, last in _RANGE.findall(plain) if key.isdigit()):
        return True
    if any(sign in plain for sign in _SIGNS_OF.get(key, ())):
        return True
    return any(_WORDS[word.lower()] == key for word in _ANY_WORD.findall(plain))
