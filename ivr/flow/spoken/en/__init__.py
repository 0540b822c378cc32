"""English: what callers call values, and which of their words mean nothing."""

from __future__ import annotations

from ivr.flow.spoken.en.answers import ALONE, CARRIERS, FILLERS, NEGATIONS, NO, YES
from ivr.flow.spoken.en.dates import DATE, MONTH
from ivr.flow.spoken.en.money import MONEY
from ivr.flow.spoken.en.numbers import DIGITS, NUMBER, NUMERIC, spelled
from ivr.flow.spoken.language import Language

ENGLISH = Language(
    rules={"number": NUMBER, "money": MONEY, "month": MONTH, "date": DATE},
    yes=YES,
    no=NO,
    digits=DIGITS,
    covers={"money": ("dollars", "dollar", "bucks", "euros", "pounds", "yuan")},
    numeric=NUMERIC,
    alone=ALONE,
    fillers=FILLERS,
    carriers=CARRIERS,
    negations=NEGATIONS,
    before="i want | i'd like | i need",
    after="please | thank you",
    spelled=spelled,
)
