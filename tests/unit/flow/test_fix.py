"""What `--fix` repairs, letter by letter, and what it leaves to the designer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr import registry
from ivr.errors import Finding, FlowError, Place
from ivr.flow import codes, expressions, lint, loader, yaml
from ivr.flow.fix import REMEDIES, better, repair
from ivr.flow.fix.edits import Edit, Text
from ivr.flow.fix.spelling import distance, is_slip

CORPUS = sorted((Path(__file__).parents[2] / "corpus/flows/bad").rglob("*.yaml"))
TYPES = registry.load_all("ivr.nodes")

FLOW = """\
# A flow that is right.
id: shop
languages: [en-US]   # one language
vars:
  amount: null   # what is owed
  account: null

nodes:
  hello:   # the first
    type: play
    prompt: Hello.

    next: main
  main:
    type: menu
    prompt: 'For your bill press 1.'
    options: {1: bill, star: repeat}
    tries: 2
    noinput_after: 4s
    outcomes: {exhausted: end}
  bill:
    type: collect
    prompt: Your account.
    into: account
    outcomes: {exhausted: end}
    next: tell
  tell:
    type: branch
    cases: [{when: amount == 1, next: end}]
    else: say
  say: {type: play, prompt: "You owe {{ amount | money }}.", next: ask}
  ask: {type: set, vars: {amount: account | length}, next: end}
"""


def check(content: bytes) -> Sequence[Finding]:
    try:
        source = lint.Source(*loader.load(content, "flow.yaml", TYPES))
    except FlowError as error:
        return error.findings
    return [one for one in lint.lint({"flow.yaml": source}) if one.severity == "error"]


def changed(right: str, wrong: str) -> tuple[str, list[str]]:
    """The flow with one thing wrong in it, repaired, and the codes that were."""
    assert FLOW.count(right) == 1, right
    done = repair(FLOW.replace(right, wrong).encode(), check)
    return done.content.decode(), [finding.code for finding in done.repaired]


def test_the_flow_itself_is_right() -> None:
    assert check(FLOW.encode()) == []


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("type: play\n", "type: plya\n", "F102"),
        ("noinput_after: 4s", "noinput_after: 4", "F110"),
        ("noinput_after: 4s", 'noinput_after: "4"', "F110"),
        ("noinput_after: 4s", "noInput-after: 4s", "F104"),
        ("    tries: 2", "    tires: 2", "F104"),
        ("next: main", "next: mian", "F201"),
        ("next: main", "next: 'mian'", "F201"),
        ("    into: account", "    into: acount", "F209"),
        ("vars: {amount: account", "vars: {amuont: account", "F209"),
        ("when: amount == 1", "when: amuont == 1", "F204"),
        ("when: amount == 1", 'when: "{{ amount == 1 }}"', "F115"),
        ("when: amount == 1", "when: amount = 1", "E003"),
        ("when: amount == 1", "when: amount == 1 && account == '1'", "E003"),
        ("when: amount == 1", "when: （amount == 1）", "E003"),
        ("{{ amount | money }}", "{{ amount | mony }}", "F208"),
        ("{{ amount | money }}", "{{ amuont | money }}", "F204"),
        ("outcomes: {exhausted: end}\n    next", "outcomes: {exhuasted: end}\n    next", "F206"),
        ("[en-US]", "[en_us]", "F123"),
    ],
)
def test_one_thing_wrong_is_put_right(right: str, wrong: str, code: str) -> None:
    text, codes = changed(right, wrong)
    assert {*codes} == {code}
    assert check(text.encode()) == []
    assert [line.partition("#")[2] for line in text.split("\n")] == [
        line.partition("#")[2] for line in FLOW.split("\n")
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "becomes"),
    [
        ("prompt: Hello.", "prompt:Hello.", "prompt: Hello."),
        ("prompt: Hello.", "prompt：Hello.", "prompt: Hello."),
        ("prompt: Hello.", "prompt: {{ amount }} is due.", 'prompt: "{{ amount }} is due."'),
        ("prompt: Hello.", "prompt: Note: press 1.", 'prompt: "Note: press 1."'),
        ("prompt: Hello.", 'prompt: Say "a": go.', "prompt: 'Say \"a\": go.'"),
        ("prompt: Hello.", "prompt: @home   # why", 'prompt: "@home"   # why'),
        ("prompt: Hello.", "prompt: {en-US: Hello, world}", 'prompt: {en-US: "Hello, world"}'),
        ("prompt: Hello.", "prompt: {en-US: a, b, c}", 'prompt: {en-US: "a, b, c"}'),
        ("prompt: Hello.", "prompt: {en-US: {{ amount }} is due}", 'prompt: {en-US: "{{ amount }} is due"}'),
        ("star: repeat}", "“2”: repeat}", '"2": repeat}'),
        ("prompt: Hello.", r'prompt: "Hello\."', r'prompt: "Hello\\."'),
        ("prompt: Hello.", "prompt: Hel\x07lo.", "prompt: Hello."),
        ("star: repeat}", "*: repeat}", "star: repeat}"),
        ("options: {1: bill, star: repeat}", "options:\n      *: repeat", "options:\n      star: repeat"),
        (
            "options: {1: bill,",
            "options: {#: bill\n      , 1: bill,",
            "options: {pound: bill\n      , 1: bill,",
        ),
    ],
)
def test_what_yaml_reads_otherwise_is_put_right(right: str, wrong: str, becomes: str) -> None:
    text, _ = changed(right, wrong)
    assert text == FLOW.replace(right, becomes)


@pytest.mark.parametrize(
    ("wrong", "becomes"),
    [
        ("    outcomes: {next: main}", "    next: main"),
        (
            "    outcomes: {next: 'main', error: end}  # on",
            "    next: 'main'\n    outcomes: {error: end}  # on",
        ),
        (
            "    outcomes:\n      next: main # on\n      error: end",
            "    next: main # on\n    outcomes:\n      error: end",
        ),
    ],
)
def test_next_is_taken_out_of_the_outcomes(wrong: str, becomes: str) -> None:
    text, codes = changed("    next: main", wrong)
    assert (text, codes) == (FLOW.replace("    next: main", becomes), ["F231"])


def test_next_is_taken_out_of_outcomes_in_braces() -> None:
    text, codes = changed('money }}.", next: ask}', 'money }}.", outcomes: {error: end, next: ask}}')
    becomes = 'money }}.", next: ask, outcomes: {error: end}}'
    assert (text, codes) == (FLOW.replace('money }}.", next: ask}', becomes), ["F231"])


@pytest.mark.parametrize(
    "wrong",
    [
        "    outcomes:\n      next: main",
        "    outcomes: {next: main,\n      error: end}",
        "    outcomes: {next: {return: main}}",
        "    outcomes:   # ways\n      next: main\n      error: end",
        "    next: main\n    outcomes: {next: main}",
    ],
)
def test_next_that_cannot_be_moved_within_lines_is_left(wrong: str) -> None:
    text, codes = changed("    next: main", wrong)
    assert (text, codes) == (FLOW.replace("    next: main", wrong), [])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  amount: null ", "  amounts: null "),  # or is another variable to be declared?
        ("next: main\n", "next: main_2\n"),
        ("    tries: 2", "    tires: 2\n    tries: 2"),
        ("    type: menu", "\ttype: menu"),
        ("prompt: Hello.", 'prompt: "Hello.'),
        ("when: amount == 1", 'when: "{{ amount }} == {{ account }}"'),
    ],
)
def test_what_has_two_ways_out_is_left(right: str, wrong: str) -> None:
    text, codes = changed(right, wrong)
    assert (text, codes) == (FLOW.replace(right, wrong), [])


def test_a_repair_that_brings_another_finding_is_taken_back_and_told() -> None:
    wrong = FLOW.replace("    tries: 2", "    tires: 2\n    tries: 2").encode()
    done = repair(wrong, check)
    assert done.content == wrong
    assert [finding.code for finding in done.refused] == ["F104"]
    assert [finding.code for finding in done.left] == ["F104"]


def test_one_bad_repair_does_not_keep_the_others_from_being_done() -> None:
    wrong = FLOW.replace("    tries: 2", "    tires: 2\n    tries: 2").replace("4s", "4")
    done = repair(wrong.encode(), check)
    assert done.content.decode() == wrong.replace("_after: 4", "_after: 4s")


@pytest.mark.parametrize(
    ("held", "becomes"),
    [
        ("vars:\n  amount: null  # owed\n", "vars:\n  amount: null  # owed\n  other: null\n"),
        (
            "vars:\n    amount: {a: [1,\n      2]}\n",
            "vars:\n    amount: {a: [1,\n      2]}\n    other: null\n",
        ),
        ("vars:\n  amount: |\n    text\n", "vars:\n  amount: |\n    text\n  other: null\n"),
        ("vars: {amount: null} # one\n", "vars: {amount: null, other: null} # one\n"),
        ("vars: {}\n", "vars: {other: null}\n"),
        ("", "vars:\n  other: null\n"),
    ],
)
def test_a_variable_is_declared_where_its_neighbours_are(held: str, becomes: str) -> None:
    text = (
        "id: x  # my flow\n{}languages: [en-US]\nnodes:\n  a: {{type: set, vars: {{other: 1}}, next: end}}\n"
    )
    done = repair(text.format(held).encode(), check)
    assert done.content.decode() == text.format(becomes)


def test_line_ends_and_byte_order_mark_stay() -> None:
    text = "\ufeffid: x\r\nlanguages: [en_US]\r\nnodes:\r\n  a: {type: set, vars: {b: 1}, next: end}"
    done = repair(text.encode(), check)
    right = text.replace("en_US", "en-US").replace("id: x\r\n", "id: x\r\nvars:\r\n  b: null\r\n")
    assert done.content.decode() == right


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_repairing_twice_is_repairing_once_and_comments_stay(file: Path) -> None:
    content = file.read_bytes()
    once = repair(content, check)
    assert repair(once.content, check).content == once.content
    before, after = (re.findall(rb"(?:^|\s)# .*", each) for each in (content, once.content))
    assert before == after
    assert len(once.left) <= len(check(content))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a: [", b"- \x00", b"id: x\nnodes: 3", "“".encode()])
def test_what_cannot_be_repaired_stays_as_it_is(content: bytes) -> None:
    assert repair(content, check).content in (content, content.replace(b"\x00", b""))


def test_edits_that_meet_are_not_both_made() -> None:
    content, made = Text(b"abc\n").edited([Edit(1, 1, "ab", "x"), Edit(1, 2, "bc", "y"), Edit(9, 1, "", "z")])
    assert content == b"xc\n"
    assert made == [Edit(1, 1, "ab", "x")]


@pytest.mark.parametrize(
    ("word", "meant", "slip"),
    [
        ("mian", "main", True),
        ("acount", "account", True),
        ("account_2", "account_1", False),
        ("item", "items", False),
        ("case_b", "case_a", False),
        ("bill", "till_x", False),
        ("ab", "ba", False),
        ("acount", "amount", False),
        ("order", "border", False),
        ("items_due", "item_due", False),
        ("items", "item", False),
    ],
)
def test_names_are_slips_only_where_nobody_would_say_no(word: str, meant: str, slip: bool) -> None:
    assert is_slip(word, meant, chosen=True) is slip


def test_distance_counts_a_swap_of_neighbours_as_one() -> None:
    assert [distance(*pair) for pair in (("", "ab"), ("ab", "ba"), ("abc", "abd"), ("a", "a"))] == [
        2,
        1,
        1,
        0,
    ]


def test_each_remedy_is_for_a_code_that_there_is() -> None:
    assert {*codes.CODES, *expressions.CODES, *yaml.CODES, *lint.CODES} >= REMEDIES.keys()


def test_the_manual_tells_of_each_repair() -> None:
    page = (Path(__file__).parents[3] / "docs/linting.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if re.match(r"\| [EF]\d", line)]
    assert sorted(", ".join(rows).replace(" ", "").split(",")) == sorted(REMEDIES)


def _found(*codes: str) -> list[Finding]:
    return [Finding(Place("f"), code.partition(" ")[0], code) for code in codes]


@pytest.mark.parametrize(
    ("before", "after", "is_better"),
    [
        ("F104 a", "", True),
        ("F104 a, F105 b", "F105 b", True),
        ("F104 a", "F105 b", True),  # what hid behind it is no fault of the repair
        ("F104 a", "F105 b, F105 c", False),
        ("F104 a", "F104 a", False),
        ("F104 a, F104 a", "F104 a", True),
        ("F010 a", "F104 b, F104 c", True),  # it is YAML now, and the next stage can be seen
        ("F201 a, F202 b", "F014 c", False),
    ],
)
def test_a_repair_is_good_when_its_finding_is_gone_and_no_more_are_there(
    before: str, after: str, is_better: bool
) -> None:
    was, now = (_found(*filter(None, each.split(", "))) for each in (before, after))
    assert better(was, now, was[:1]) is is_better
