"""Numbers and rows of digits in English: a hundred and five, twenty-one thousand, double five one oh."""

from __future__ import annotations

from ivr.flow.phrases.en import DIGITS as NAMES
from ivr.flow.spoken.combined import Either, Maybe, Row, last
from ivr.flow.spoken.language import BIGGEST
from ivr.flow.spoken.marked import Named, Told, quiet
from ivr.flow.spoken.rows import DigitWords
from ivr.flow.spoken.rules import REFUSED, Figures, Refused, Table, Words

TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

ONES = Named("ones", Table({name: number for number, name in enumerate(NAMES) if number}))
A = Table({"a": 1})
AND = Maybe(Words("and"))
TWO_DIGITS = Named(
    "two_digits",
    Either(
        Row(
            lambda tens, ones: tens + ones,
            Named("tens", Table({name: number * 10 for number, name in enumerate(_TENS, start=2)})),
            Maybe(ONES, 0),
        ),
        Named("teens", Table({name: number for number, name in enumerate(TEENS, start=10)})),
    ),
)
BELOW_HUNDRED = Named("below_hundred", Either(TWO_DIGITS, ONES))


def _made(unit: int, high: int, low: int) -> int | Refused:
    value = high * unit + low
    return value if value <= BIGGEST else REFUSED


_HUNDREDS = Row(
    lambda high, _unit, low: high * 100 + low,
    Maybe(Either(BELOW_HUNDRED, A), 1),  # recognisers lose the a of a hundred
    Words("hundred"),
    Maybe(Row(last, AND, BELOW_HUNDRED), 0),
)
_BELOW_THOUSAND = Named("below_thousand", Either(_HUNDREDS, BELOW_HUNDRED))
_THOUSANDS = Named(
    "thousands",
    Row(
        lambda high, _unit, low: _made(1000, high, low),
        Maybe(Either(_BELOW_THOUSAND, A, Figures(1, 999)), 1),
        Words("thousand"),
        Maybe(Row(last, AND, Either(_BELOW_THOUSAND, Figures(1, 999))), 0),
    ),
)
_MILLIONS = Row(
    lambda high, _unit, low: _made(10**6, high, low),
    Either(_BELOW_THOUSAND, A, Figures(1, 100)),
    Words("million"),
    Maybe(Row(last, AND, Either(_THOUSANDS, _BELOW_THOUSAND)), 0),
)
_ZERO = Either(Table({"zero": 0}), quiet(Table({"nought": 0, "nil": 0})))
_ANY = Either(_MILLIONS, _THOUSANDS, _BELOW_THOUSAND, _ZERO, Figures(0, BIGGEST))
_USUAL_HUNDREDS = Named(
    "hundreds",
    Either(
        Row(last, BELOW_HUNDRED, Maybe(Row(last, Words("hundred"), Maybe(Row(last, AND, BELOW_HUNDRED))))),
        Words("a hundred"),
    ),
)
_USUAL = Row(last, _USUAL_HUNDREDS, Maybe(Row(last, Words("thousand"), Maybe(_USUAL_HUNDREDS))))
NUMBER = Told(_ANY, Named("number", Either(_USUAL, Table({"zero": 0}), Words("a thousand"))))

DIGITS = DigitWords(
    told={**{name: str(number) for number, name in enumerate(NAMES)}, "oh": "0"},
    also={"o": "0", "nought": "0"},
    times={"double": 2, "triple": 3},
)
NUMERIC = frozenset(
    {*DIGITS.told, *DIGITS.also, *DIGITS.times, *TEENS, *_TENS, "hundred", "thousand", "million", "point"}
)


def spelled(number: int) -> str:
    """A number below a thousand in words; empty for a larger one.

    Phrases and recognised words are compared with it on the way of a call, where num2words, which takes its
    time to load, would hold up all others.
    """
    if number >= 1000:
        return ""
    if number >= 100:
        rest = spelled(number % 100) if number % 100 else ""
        return f"{NAMES[number // 100]} hundred {rest}".strip()
    if number >= 20:
        return f"{_TENS[number // 10 - 2]} {NAMES[number % 10] if number % 10 else ''}".strip()
    return (*NAMES, *TEENS)[number]
