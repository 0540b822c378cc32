"""The codes of what is wrong with a flow's shape: one option, judged by itself.

What is wrong with the file is in `yaml.CODES` (F0xx), with what names refer to in `lint.CODES` (F2xx), with
expressions and texts in `expressions.CODES` and `template.CODES` (E0xx); docs/errors.md is made of them all.
"""

from __future__ import annotations

CODES = {
    "F099": "a file that cannot be read",
    "F100": "a file that holds something else than a flow",
    "F101": "a node without a type",
    "F102": "a node type that does not exist",
    "F103": "a value of the wrong kind, or out of bounds",
    "F104": "an option that does not exist",
    "F105": "an option that is missing",
    "F110": "a duration without its unit",
    "F111": "a key that no telephone has",
    "F112": "a name with other signs than a-z, 0-9 and _",
    "F113": "a node called like a target that every flow has",
    "F114": "an expression that is written over several lines or as a list",
    "F115": "an expression in {{ }} where it stands by itself",
    "F116": "something else where a text is needed",
    "F117": "a target that is no name",
    "F118": "the same key of the telephone twice",
    "F119": "a variable called like something that expressions know already",
    "F120": "a sound file outside the sounds folder",
    "F121": "a tone that is not written as tones are",
    "F122": "a prompt that says nothing",
    "F123": "a language that is not written as languages are",
    "F124": "a time zone that does not exist",
    "F130": "a least and a most that exclude each other",
    "F131": "a pattern that is not one for digits",
    "F132": "shares that are not 100 percent together",
    "F133": "a folder's name with other signs than letters, digits, _ and -",
    "F134": "a transfer to nobody, or to several",
    "F135": "an operation that is neither, or both, of http and python",
    "F136": "a header that only Ivory itself sets",
    "F137": "a scale that cannot be keyed in",
    "F138": "an agent's order without what it needs",
    "F139": "a voice whose name no voice can have",
    "F148": "a slot of a kind that there is none of",
    "F149": "digits typed in confidence that are to be said aloud",
    "F150": "an event that a flow cannot name",
}
