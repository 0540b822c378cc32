"""Slips of the hand: each gets its place, its code and a way out, whichever parser read it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml as pyyaml

from ivr.errors import FlowError
from ivr.flow import yaml

SLIPS = [
    # what was written, place and code, a word of the message or hint
    ("a:\n\tb: 1", "2:1 F004", "spaces"),
    ("a:\n  - b\n  -\tc: 1", "3:4 F004", "spaces"),
    ('a: "x\nb: 1', "1:4 F006", "closing"),
    ("a: 'it's'", "1:8 F005", "one pair of quotes"),
    ("a: [1, 2\nb: 3", "1:4 F007", "]"),
    ("a: {b: 1", "1:4 F007", "}"),
    ("a: {b: {c: 1}\n", "1:4 F007", "}"),
    ("{a: b}}", "1:7 F005", "brackets"),
    ("a: {{ x }}", "1:4 F008", "quotes"),
    ("a: {{ x }} yuan", "1:4 F008", "quotes"),
    ("a: {zh-CN: {{ amount | money('CNY') }}元}", "1:12 F008", "quotes"),
    ("a: [{{ x }}]", "1:5 F008", "quotes"),
    ("- {{ x['a'] }}", "1:3 F008", "quotes"),
    ("a: @x", "1:4 F009", "@"),
    ("a: %x", "1:4 F009", "%"),
    ("a: `x`", "1:4 F009", "`"),
    ("a: & b", "1:4 F009", "&"),
    ("a: ]", "1:4 F009", "quotes"),
    ("a: 1\nb:2\nc: 3", "2:2 F010", '"b: "'),
    ("a:\n  type:play\n", "2:7 F010", '"type: "'),
    ("a: {length:10}", "1:11 F010", '"length: "'),
    ("id：x\nb: c", "1:3 F011", '"id: "'),
    ("a:\n  type：play\n", "2:7 F011", '"type: "'),
    ("a: {zh-CN：您好}", "1:10 F011", "full-width"),
    ("“1”: a", "1:1 F011", "straight"),
    ("a: “x”: b", "1:4 F011", "straight"),
    ("a: Press: 1", "1:9 F012", "quotes"),
    ("a: {b: Press: 1}", "1:13 F012", "quotes"),
    ("a:\n  b: 1\n c: 2", "3:2 F013", "siblings"),
    ("a: 1\n b: 2", "2:3 F013", "line above"),
    ("a: 1\na: 2", "2:1 F014", "first in line 1"),
    ("{[a]: b}", "1:2 F015", "one text"),
    (": a", "1:1 F015", "a name in front"),
    ("*: back", "1:1 F016", "star"),
    ("a: {*: back}", "1:5 F016", "star"),
    ("k:\n  1: a\n  #: back", "3:3 F016", "pound"),
    ("k: {1: a, #: back}", "1:11 F016", "pound"),
    ("a: !!python/object:os.system x", "1:4 F017", "tag"),
    ("a: !foo [1]", "1:4 F017", "tag"),
    ("a: *nobody", "1:4 F018", "&nobody"),
    ("a: &x 1\nb: &x 2", "2:4 F018", "another name"),
    ("a: &x [*x]", "1:8 F019", "inside"),
    ("a: &x {n: 1}\nb: {<<: *x}", "2:5 F022", "merge"),
    ("a: 1\n---\nb: 2", "2:1 F023", "one file"),
    ("# flow\n\n%YAML 1.1\n---\na: 1", "3:1 F024", "directive"),
    ("a: {en-US: Sorry, not heard.}", "1:19 F025", "comma"),
    ("a: [Note: press 1]", "1:5 F026", "quotes"),
    (r'a: "\d+"', "1:5 F027", "single quotes"),
    ("a: Press #1 now", "1:10 F028", "quotes"),
    ("terminator: #", "1:13 F028", "pound"),
    ("a: [1, #]\n", "1:8 F028", "pound"),
    ("", "1:1 F029", "id"),
    ("# only a comment\n", "1:1 F029", "id"),
    ("a: |text\n  b", "1:5 F005", "next line"),
    ("a: 1\njust text\nb: 2", "2:1 F005", "key: value"),
]


@pytest.mark.parametrize(("text", "where", "word"), SLIPS)
def test_a_slip_is_named_where_it_is_with_a_way_out(text: str, where: str, word: str) -> None:
    with pytest.raises(FlowError) as caught:
        yaml.parse(text, "f.yaml")
    finding = caught.value.findings[0]
    assert f"{finding.place.line}:{finding.place.column} {finding.code}" == where
    assert word in f"{finding.message} {finding.hint}"
    assert finding.hint


@pytest.mark.parametrize(("text", "where", "word"), SLIPS)
def test_the_pure_parser_says_the_same(text: str, where: str, word: str) -> None:
    def codes(loader: Any) -> list[tuple[int, str]]:
        with pytest.raises(FlowError) as caught:
            yaml.parse(text, "f.yaml", loader=loader)
        return [(finding.place.line, finding.code) for finding in caught.value.findings]

    assert codes(pyyaml.SafeLoader) == codes(pyyaml.CSafeLoader)


def test_one_slip_makes_one_finding() -> None:
    for text, where, _word in SLIPS:
        with pytest.raises(FlowError) as caught:
            yaml.parse(text, "f.yaml")
        assert len(caught.value.findings) == 1, (text, where, str(caught.value))


@pytest.mark.parametrize(
    "text",
    [
        "a: 1 # a comment",
        "a: 1 #",
        "# a\na: 1\n  #b: 2\n#c\n#",
        "a: # the keys\n  b: 1",
        "a: [x, y] #done",
        "a: 'Press #1' # see #12",
        'a: "x #: y"',
        "a: |\n  Press #1\n  #: no key",
        "a: http://example.com/#top",
        "a: {b: , c: ~}",
        'a: {"b":1}',
        "a: 您好：请按1",
        "a: “您好”",
        "a: type:play",
        "a: 12:30",
        "a: |\n  type:play",
        '"<<": 1',
        '"“x”": 1',
        "a: x {{ y }}",
        "---\na: 1\n...\n",
        "<<<: 1",
    ],
)
def test_what_is_fine_is_left_alone(text: str) -> None:
    assert yaml.parse(text, "f.yaml").data
