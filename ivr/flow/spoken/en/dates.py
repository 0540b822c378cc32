"""Months and dates in English: last month, the third of May, next Monday, May third, twenty twenty-six."""

from __future__ import annotations

from ivr.flow.phrases.en import DIGITS as NAMES
from ivr.flow.phrases.en import MONTHS, WEEKDAYS
from ivr.flow.spoken.combined import Either, Maybe, Row, last, spoken
from ivr.flow.spoken.days import Day, Month, Shift, Weekday
from ivr.flow.spoken.en.numbers import AND, BELOW_HUNDRED, ONES, TEENS, TWO_DIGITS
from ivr.flow.spoken.marked import Named, Told, quiet
from ivr.flow.spoken.rules import Figures, Table, Words

_MONTH_NAME = Named(
    "month_name", Table({name.lower(): number for number, name in enumerate(MONTHS, start=1)})
)
_PERIOD = Either(
    spoken({"this month": Month(0), "last month": Month(-1), "next month": Month(1)}),
    quiet(spoken({"the current month|current month": Month(0)})),
    quiet(spoken({"the previous month|previous month|the last month": Month(-1)})),
)
MONTH = Named("month", Either(_MONTH_NAME, _PERIOD, Figures(1, 12)))

_FIRST_TO_NINTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINALS = (
    *_FIRST_TO_NINTH,
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
    *(f"twenty {name}" for name in _FIRST_TO_NINTH),
    *("thirtieth", "thirty first"),
)
_CARDINALS = (
    *(*NAMES[1:], *TEENS, "twenty"),
    *(f"twenty {name}" for name in NAMES[1:]),
    *("thirty", "thirty one"),
)
_ORDINAL = Either(
    spoken({name: number for number, name in enumerate(_ORDINALS, start=1)}),
    Row(lambda number, _sign: number, Figures(1, 31), Table(dict.fromkeys(("st", "nd", "rd", "th")))),
)
_CARDINAL = Either(
    quiet(spoken({name: number for number, name in enumerate(_CARDINALS, start=1)})), Figures(1, 31)
)
_TOLD_ORDINAL = Named(
    "ordinal",
    Either(
        Table(dict.fromkeys(name for name in _ORDINALS if " " not in name)),
        Row(last, Table({"twenty": None}), Table(dict.fromkeys(_FIRST_TO_NINTH))),
        Words("thirty first"),
    ),
)
_TWO_THOUSAND = Row(
    lambda _words, rest: 2000 + rest, Words("two thousand"), Maybe(Row(last, AND, BELOW_HUNDRED), 0)
)
_CENTURY = Row(
    lambda century, rest: century * 100 + rest,
    Table({"nineteen": 19, "twenty": 20}),
    Either(TWO_DIGITS, Row(last, Table({"oh": 0}), ONES), Words("hundred", 0)),
)
_YEAR = Either(_TWO_THOUSAND, _CENTURY, Figures(1000, 9999))
_TOLD_YEAR = Named("year", Row(last, Either(Words("twenty"), Words("two thousand")), TWO_DIGITS))
_THE = Maybe(Words("the"))
_MONTH_DAY = Row(
    lambda month, _the, day, year: Day(day, month, year),
    _MONTH_NAME,
    _THE,
    Either(_ORDINAL, _CARDINAL),
    Maybe(_YEAR),
)
_DAY_MONTH = Row(
    lambda _the, day, _of, month, year: Day(day, month, year),
    _THE,
    Either(_ORDINAL, Figures(1, 31)),
    Maybe(Words("of")),
    Either(_MONTH_NAME, _PERIOD),
    Maybe(_YEAR),
)
_BARE_DAY = Row(lambda _the, day: Day(day), _THE, _ORDINAL)
_TELLING = Either(
    Row(last, _MONTH_NAME, Maybe(Words("the")), _TOLD_ORDINAL, Maybe(_TOLD_YEAR)),
    Row(
        last, Maybe(Words("the")), _TOLD_ORDINAL, Maybe(Row(last, Words("of"), Either(_MONTH_NAME, _PERIOD)))
    ),
)
_IN_FIGURES = Row(
    lambda year, month, day: Day(day, month, year), Figures(1000, 9999), Figures(1, 12), Figures(1, 31)
)
_WEEKDAY = Row(
    lambda week, number: Weekday(number, *week),
    Maybe(Table({"this": (None,), "next": (1,), "last": (None, True)}), (None,)),
    Table({name.lower(): number for number, name in enumerate(WEEKDAYS, start=1)}),
)
_NEAR = Either(
    spoken({"today": Shift(0), "tomorrow": Shift(1), "yesterday": Shift(-1)}),
    spoken({"the day after tomorrow": Shift(2), "the day before yesterday": Shift(-2)}),
    quiet(spoken({"day after tomorrow": Shift(2), "day before yesterday": Shift(-2)})),
)
DATE = Named(
    "date",
    Row(
        last,
        Maybe(Words("on")),
        Either(_NEAR, _WEEKDAY, Told(Either(_MONTH_DAY, _DAY_MONTH, _BARE_DAY), _TELLING), _IN_FIGURES),
    ),
)
