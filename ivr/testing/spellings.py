"""How the small things of a test are written, for editors: what the `Spelled` words of `model` mean.

The words of the flow language (`ivr.flow.json_schema.spellings`) are known here, too.
"""

from __future__ import annotations

from typing import get_args

from ivr.flow.json_schema import spellings
from ivr.flow.json_schema.spellings import Schema, Spelling, any_case, one_or_several, pattern, ref
from ivr.testing.model import DESTINATIONS, METHODS, QueueResults, Results

_PAGE = "flow-tests.md"
_TEXT: Schema = {"type": ["string", "number"]}
_HEARD: Schema = _TEXT | {"minLength": 1}
_KEY = rf"([0-9*#A-Da-d]+|{'|'.join(any_case(name) for name in ('star', 'pound', 'hash'))})"
_PRESSES: Schema = pattern(
    rf"\s*{_KEY}(\s+{_KEY})*\s*", 'keys are 0-9, star, pound and A-D: "1 pound"', also=["integer"]
) | {"minimum": 0}
_REQUEST = f"({'|'.join(any_case(name.lower()) for name in METHODS if name.isupper())}|\\*|python|webhook)"
_PARTY: Schema = {"anyOf": [{"type": "string", "enum": list(get_args(Results))}, ref("PartyModel")]}
_AGENT: Schema = {"anyOf": [_TEXT, ref("AgentModel")]}
_QUEUE: Schema = {"anyOf": [{"type": "string", "enum": list(get_args(QueueResults))}, ref("QueueModel")]}
_ANSWER: Schema = {"anyOf": [{"type": "integer", "minimum": 100, "maximum": 599}, ref("MockModel")]}

SPELLINGS: dict[str, Spelling] = {
    **spellings.SPELLINGS,
    "plain text": Spelling(_TEXT, ""),
    "plain texts": Spelling(one_or_several(_TEXT), "One, or a list of them."),
    "heard words": Spelling(one_or_several(_HEARD), "Spaces, punctuation and case do not matter."),
    "hearing": Spelling(
        {"anyOf": [_HEARD, {"type": "array", "items": _HEARD}, ref("Hearing")]},
        "Spaces, punctuation and case do not matter, and numbers are heard as they are spoken: `十二元五角`.",
        f"{_PAGE}#steps",
    ),
    "saying": Spelling(
        {"anyOf": [_TEXT, ref("Saying")]},
        "`4s` is so many seconds; `{words: my bill, confidence: 0.4}` is what a recogniser is not sure of.",
        f"{_PAGE}#steps",
    ),
    "presses": Spelling(
        one_or_several(_PRESSES, minItems=1),
        "`1`, `1234567890#`, `star`, `1 pound`; quotes keep a zero in front.",
        f"{_PAGE}#steps",
    ),
    "nothing": Spelling({"type": "null"}, ""),
    "step": Spelling({}, "One thing that the caller does.", f"{_PAGE}#steps"),
    "moment": Spelling(
        pattern(
            r"\s*\d{4}-\d{2}-\d{2}([T ]\d{2}(:\d{2}(:\d{2}(\.\d{1,6})?)?)?([zZ]|[+-]\d{2}:?\d{2})?)?\s*",
            'write "2026-11-23 10:00", or with a zone "2026-11-23T10:00+08:00"',
        ),
        "",
        f"{_PAGE}#caller",
        ("2026-11-23 10:00", "2026-11-23T10:00+08:00"),
    ),
    "request": Spelling(
        pattern(rf"{_REQUEST} +[^ ](.|\n)*", "write GET crm:/accounts/*, python NAME or webhook NAME"),
        "A method and a URL as the flow asks for it, `python` and an operation, or `webhook` and the name of"
        " one that is waited for; `*` stands for anything.",
        f"{_PAGE}#mock",
    ),
    "answers": Spelling(
        one_or_several(_ANSWER, minItems=1),
        "A status, or an answer in full; a list answers one request after the other, and its last stays.",
        f"{_PAGE}#mock",
    ),
    "people": Spelling(
        one_or_several(_PARTY, minItems=1),
        "What becomes of a call to them; a list is one call after the other, and its last stays.",
        f"{_PAGE}#answer",
    ),
    "agents": Spelling(one_or_several(_AGENT), "An agent's name, or more of them.", f"{_PAGE}#queues"),
    "queue": Spelling(
        one_or_several(_QUEUE, minItems=1),
        "How a call finds it; a list is one visit after the other, and its last stays.",
        f"{_PAGE}#queues",
    ),
    "sent": Spelling(
        pattern(rf"(({'|'.join(DESTINATIONS)}):.+)?", "write flow:survey, group:vip or extension:1002"),
        "",
        f"{_PAGE}#queues",
        ("flow:survey", "group:vip"),
    ),
    "asked": Spelling(
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}, ref("RequestModel")]},
        "How often, or what it carried.",
        f"{_PAGE}#expect",
    ),
}
