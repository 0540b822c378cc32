"""Sums of money in Mandarin: 十二块五, 三百元, 五毛, 两美元五十美分."""

from __future__ import annotations

from decimal import Decimal

from ivr.flow.spoken.combined import Either, Maybe, Row, last, spoken
from ivr.flow.spoken.language import BIGGEST
from ivr.flow.spoken.marked import Named, quiet
from ivr.flow.spoken.rows import DigitRow
from ivr.flow.spoken.rules import Figures, Rule, Words
from ivr.flow.spoken.zh.numbers import BELOW_HUNDRED, DIGIT, DIGITS, MEASURED, NUMBER, ZERO


def _told(words: str, also: str) -> Rule:
    """Words, and others that are understood though recognisers are not told of them."""
    return Either(spoken({words: None}), quiet(spoken({also: None})))


_UNIT = _told("元|块|块钱", "元钱|圆|元人民币|美元|美金|欧元|英镑|日元|韩元|港元|港币|澳元|加元")
_TENTH = _told("角|毛", "角钱|毛钱")
_HUNDREDTH = _told("分", "分钱|美分|欧分|便士|澳分|加分")
_CURRENCY = quiet(spoken({"人民币|港币|澳门币|新台币|新加坡币": None}))

_CENTS = Row(
    lambda _zero, value, _unit: Decimal(value).scaleb(-2),
    Maybe(ZERO),
    Either(BELOW_HUNDRED, MEASURED, Figures(1, 99)),
    _HUNDREDTH,
)
_LAST_DIGIT = Row(lambda _zero, digit: Decimal(digit).scaleb(-2), Maybe(ZERO), DIGIT)  # 十二块五毛五
_DIMES = Row(
    lambda digit, _unit, rest: Decimal(digit).scaleb(-1) + rest,
    Either(MEASURED, Figures(1, 9)),
    _TENTH,
    Maybe(Either(_CENTS, _LAST_DIGIT), Decimal(0)),
)
_SHORT = Row(
    lambda digit: Decimal(digit).scaleb(-1), Either(DIGIT, Figures(1, 9), Words("半", 5))
)  # 十二块五
_POINT = Row(
    lambda whole, _point, fraction: Decimal(f"{whole}.{fraction}"),
    NUMBER,
    Words("点"),
    DigitRow(DIGITS, 1, 2),
)
_EXACT = Either(_POINT, Figures(0, BIGGEST, decimals=True, act=Decimal), Row(Decimal, NUMBER))
_UNITS = Row(
    lambda whole, _unit, rest: whole + rest,
    _EXACT,
    _UNIT,
    Maybe(Either(_DIMES, _CENTS, _SHORT), Decimal(0)),
)
MONEY = Named("money", Row(last, Maybe(_CURRENCY), Either(_UNITS, _EXACT, _DIMES, _CENTS)))
