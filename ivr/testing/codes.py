"""The codes of what is wrong with a file of tests; docs/errors.md is made of them.

What is wrong with its YAML has the codes of `yaml.CODES`, with the kind of a value those of `codes.CODES`.
"""

from __future__ import annotations

CODES = {
    "T100": "a file that holds something else than tests",
    "T101": "a step that is none",
    "T102": "words in which there is nothing to hear",
    "T103": "a moment that is not written as date and time",
    "T104": "a mock that names no request",
    "T105": "an answer of another kind than what is mocked",
    "T106": "two cases of the same name",
    "T107": "a value of `each` that its line does not have",
    "T108": "a flow that does not exist, or cannot serve",
    "T109": "a node that the flow does not have",
    "T110": "a goal that no node has",
    "T111": "a variable that the flow does not have",
    "T112": "a language that the flow does not speak",
    "T113": "a calendar that the flow does not have",
    "T114": "a skill group or agent that the flow brings nobody to",
    "T115": "a place where no caller can be sent",
}
