"""Months and dates in Mandarin: 五月份, 上个月, 大后天, 下周五, 二零二六年五月三号."""

from __future__ import annotations

from ivr.flow.phrases.zh import integer
from ivr.flow.spoken.combined import Either, Maybe, Row, last, spoken
from ivr.flow.spoken.days import Day, Month, Shift, Weekday
from ivr.flow.spoken.marked import Idle, Named, Told, quiet
from ivr.flow.spoken.rows import DigitRow
from ivr.flow.spoken.rules import Figures, Rule, Table, Words
from ivr.flow.spoken.zh.numbers import DIGITS

_PERIODS = {"这个": 0, "这": 0, "本": 0, "上个": -1, "上": -1, "下个": 1, "下": 1}
"""What stands before 月 and 周, and how many of them from now that is."""


def _counted(name: str, most: int) -> Rule:
    return Named(
        name, Either(spoken({integer(number): number for number in range(1, most + 1)}), Figures(1, most))
    )


_MONTH_NUMBER = _counted("month_number", 12)
_DAY_NUMBER = _counted("day_number", 31)
_DAY_SIGN = Idle(Either(Words("号"), Words("日")))
_MONTH_SIGN = Row(last, Idle(Words("月")), Maybe(Idle(Words("份"))))

_PERIOD_MONTH = Row(
    lambda month, _sign: month,
    Either(
        spoken({f"{word}月": Month(offset) for word, offset in _PERIODS.items()}),
        quiet(spoken({"当月": Month(0), "上上个月|上上月": Month(-2), "下下个月|下下月": Month(2)})),
    ),
    Maybe(Idle(Words("份"))),
)
MONTH = Named(
    "month", Either(_PERIOD_MONTH, Row(lambda number, _sign: number, _MONTH_NUMBER, Maybe(_MONTH_SIGN)))
)

_YEAR = Either(
    Row(
        lambda number, _sign: (int(number), None),
        Told(DigitRow(DIGITS, 4, 4), Row(last, Words("二零"), DigitRow(DIGITS, 2, 2))),
        Words("年"),
    ),
    spoken({"今年": (None, 0), "明年": (None, 1), "去年": (None, -1)}),
    quiet(spoken({"本年": (None, 0), "后年": (None, 2), "前年": (None, -2)})),
)
_MONTH_DAY = Row(
    lambda year, month, _sign, day, _end: Day(day, month, *year),
    Maybe(_YEAR, (None, None)),
    _MONTH_NUMBER,
    Words("月"),
    _DAY_NUMBER,
    Maybe(_DAY_SIGN),
)
_PERIOD_DAY = Row(lambda month, day, _sign: Day(day, month), _PERIOD_MONTH, _DAY_NUMBER, Maybe(_DAY_SIGN))
_BARE_DAY = Row(lambda day, _sign: Day(day), _DAY_NUMBER, _DAY_SIGN)
_IN_FIGURES = Row(
    lambda year, month, day: Day(day, month, year), Figures(1000, 9999), Figures(1, 12), Figures(1, 31)
)
_WEEK = Row(
    lambda week, _sign: week,
    Maybe(
        Either(
            spoken(_PERIODS),
            quiet(spoken({"下下|下下个": 2, "上上|上上个": -2})),
        )
    ),
    spoken({"周|星期|礼拜": None}),
)
_WEEKDAY = Row(
    lambda week, number: Weekday(number, week),
    _WEEK,
    Table({**dict(zip("一二三四五六日", range(1, 8), strict=True)), "天": 7}),
)
_NEAR = Either(
    spoken({"今天": Shift(0), "明天": Shift(1), "后天": Shift(2), "昨天": Shift(-1), "前天": Shift(-2)}),
    quiet(
        spoken(
            {"今日": Shift(0), "明日": Shift(1), "大后天": Shift(3), "昨日": Shift(-1), "大前天": Shift(-3)}
        )
    ),
)
_ON = Maybe(quiet(Words("在", None)))
DATE = Named("date", Row(last, _ON, Either(_NEAR, _WEEKDAY, _PERIOD_DAY, _MONTH_DAY, _BARE_DAY, _IN_FIGURES)))
