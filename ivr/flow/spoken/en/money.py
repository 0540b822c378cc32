"""Sums of money in English: twelve dollars fifty, twelve fifty, a hundred pounds, fifty cents."""

from __future__ import annotations

from decimal import Decimal

from ivr.flow.spoken.combined import Either, Maybe, Row, last, spoken
from ivr.flow.spoken.en.numbers import AND, BELOW_HUNDRED, DIGITS, NUMBER, ONES, TWO_DIGITS, A
from ivr.flow.spoken.language import BIGGEST
from ivr.flow.spoken.marked import Named, Told, quiet
from ivr.flow.spoken.rows import DigitRow
from ivr.flow.spoken.rules import Figures, Table, Words

_UNIT = Either(
    spoken({"dollar|dollars": None}),
    quiet(
        spoken(
            {
                "buck|bucks|euro|euros|pound|pounds|yuan|yen|won|pataca|patacas": None,
                "australian dollar|australian dollars|canadian dollar|canadian dollars": None,
                "hong kong dollar|hong kong dollars|singapore dollar|singapore dollars": None,
                "new taiwan dollar|new taiwan dollars": None,
            }
        )
    ),
)
_SUBUNIT = Either(spoken({"cent|cents": None}), quiet(spoken({"penny|pence|fen|avo|avos": None})))
_OH = Row(last, Table({"oh": 0}), ONES)
_CENTS = Row(lambda value, _unit: Decimal(value).scaleb(-2), NUMBER, _SUBUNIT)
_PAIR = Row(lambda value: Decimal(value).scaleb(-2), Either(TWO_DIGITS, _OH, Figures(10, 99)))
_POINT = Row(
    lambda whole, _point, fraction: Decimal(f"{whole}.{fraction}"),
    NUMBER,
    Words("point"),
    DigitRow(DIGITS, 1, 2),
)
_IN_FIGURES = Figures(0, BIGGEST, decimals=True, act=Decimal)
_WHOLE = Row(Decimal, NUMBER)
_UNITS = Row(
    lambda whole, _unit, rest: whole + rest,
    Either(_POINT, _IN_FIGURES, _WHOLE, Row(Decimal, A)),
    _UNIT,
    Maybe(Row(last, AND, Either(_CENTS, _PAIR)), Decimal(0)),
)
_TWELVE_FIFTY = Row(lambda whole, rest: whole + rest, Row(Decimal, BELOW_HUNDRED), _PAIR)
_ANY = Either(_UNITS, _POINT, _IN_FIGURES, _WHOLE, _TWELVE_FIFTY, _CENTS)
_USUAL_CENTS = Either(Row(last, TWO_DIGITS, Maybe(_SUBUNIT)), _OH)
_USUAL = Either(
    Row(
        last,
        NUMBER,
        Maybe(Either(Row(last, _UNIT, Maybe(Row(last, AND, _USUAL_CENTS))), _SUBUNIT)),
    ),
    Row(last, BELOW_HUNDRED, _PAIR),
    Words("a dollar"),
)
MONEY = Told(_ANY, Named("money", _USUAL))
