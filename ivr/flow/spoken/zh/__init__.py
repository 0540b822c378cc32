"""Mandarin, in simplified characters: what callers call values, and which of their words mean nothing."""

from __future__ import annotations

from ivr.flow.phrases.zh import integer
from ivr.flow.spoken.language import Language
from ivr.flow.spoken.zh.answers import ALONE, CARRIERS, FILLERS, NEGATIONS, NO, PARTICLES, YES
from ivr.flow.spoken.zh.dates import DATE, MONTH
from ivr.flow.spoken.zh.money import MONEY
from ivr.flow.spoken.zh.numbers import COUNTED, DIGITS

CHINESE = Language(
    rules={"number": COUNTED, "money": MONEY, "month": MONTH, "date": DATE},
    yes=YES,
    no=NO,
    digits=DIGITS,
    covers={
        "month": ("月份", "月"),
        "date": ("号", "日"),
        "money": ("元钱", "块钱", "元", "块"),
        "number": ("个",),
    },
    numeric=frozenset("零〇一二三四五六七八九十百千万亿两幺点"),
    alone=ALONE,
    fillers=FILLERS,
    particles=PARTICLES,
    carriers=CARRIERS,
    negations=NEGATIONS,
    before="我要 | 我想 | 请问",
    after="谢谢",
    spelled=integer,
)
