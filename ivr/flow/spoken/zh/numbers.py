"""Numbers and rows of digits in Mandarin: 一百零五, 两万三, 幺三八零零."""

from __future__ import annotations

from ivr.flow.spoken.combined import Either, Maybe, Row, last, spoken
from ivr.flow.spoken.language import BIGGEST
from ivr.flow.spoken.marked import Idle, Named, quiet
from ivr.flow.spoken.rows import DigitWords
from ivr.flow.spoken.rules import Figures, Rule, Table, Words

_ONES = dict(zip("一二三四五六七八九", range(1, 10), strict=True))

ZERO = Named("zero", Either(Table({"零": 0}), quiet(Table({"〇": 0}))))
DIGIT = Named("ones", Table(_ONES))
MEASURED = Named("measured", Table({**_ONES, "两": 2}))
"""Before a unit one says 两."""


def _sum(*values: int) -> int:
    return sum(values)


def _units(size: int, unit: str) -> Rule:
    """So many hundreds or thousands: 三百."""
    return Row(lambda digit, _unit: digit * size, MEASURED, Words(unit))


def _short(size: int) -> Rule:
    """The last digit of 一百二, 三千五 and 两万八 counts the next smaller unit."""
    return Row(lambda digit: digit * size, DIGIT)


_TENS = Row(lambda tens, _unit, ones: tens * 10 + ones, Maybe(DIGIT, 1), Words("十"), Maybe(DIGIT, 0))
BELOW_HUNDRED = Named("below_hundred", Either(_TENS, DIGIT))
_HUNDREDS = Named(
    "hundreds", Row(_sum, _units(100, "百"), Maybe(Either(_TENS, Row(last, ZERO, DIGIT), _short(10)), 0))
)
_AFTER_THOUSAND = Either(_HUNDREDS, Row(last, ZERO, BELOW_HUNDRED), _short(100))
_THOUSANDS = Named("thousands", Row(_sum, _units(1000, "千"), Maybe(_AFTER_THOUSAND, 0)))
_LARGE = Either(_THOUSANDS, _HUNDREDS)
_SECTION = Named("section", Either(_LARGE, _TENS, MEASURED))
_AFTER_MYRIAD = Either(_LARGE, Row(last, ZERO, Either(_LARGE, BELOW_HUNDRED)), _short(1000))
_MYRIADS = Row(
    lambda high, _unit, low: high * 10_000 + low,
    Either(_SECTION, Figures(1, 9_999)),
    Words("万"),
    Maybe(Either(_AFTER_MYRIAD, Figures(1, 9_999)), 0),
)
_MOST = Row(
    lambda _one, _unit: BIGGEST, Either(Table({"一": 1}), Figures(1, 1)), Either(Words("亿"), Words("万万"))
)
NUMBER = Named("number", Either(_MYRIADS, _SECTION, ZERO, _MOST, Figures(0, BIGGEST)))

_MEASURE_WORDS = Either(Words("个"), quiet(spoken({"位|件|张|次|份|条|台|户|吨|度|天|年|号": None})))
COUNTED = Row(lambda number, _measure: number, NUMBER, Maybe(Idle(_MEASURE_WORDS)))
"""A number, also with what is counted: 三个."""

DIGITS = DigitWords(
    told={"零": "0", "幺": "1", **{word: str(number) for word, number in _ONES.items()}},
    also={"〇": "0", "两": "2"},
)
