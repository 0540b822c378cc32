"""From YAML to a flow: every mistake at once, at its place, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import registry
from ivr.errors import Finding, FlowError
from ivr.flow import lint, loader
from ivr.flow.model import LoadedFlow
from tests.calls import findings

TYPES = registry.load_all("ivr.nodes")
FLOW = "id: x\nlanguages: [en-US]\nnodes:\n"


def load(text: str | bytes) -> LoadedFlow:
    return loader.load(text, "flows/x.yaml", TYPES)[0]


def mistakes(text: str | bytes) -> list[Finding]:
    with pytest.raises(FlowError) as raised:
        load(text)
    return list(raised.value.findings)


def test_the_version_is_that_of_the_content() -> None:
    text = FLOW + "  a: {type: hangup}\n"
    one, other, same = load(text), load(text + "# a comment\n"), load(text.encode())
    assert one.version == same.version != other.version
    assert (one.id, one.file, len(one.version)) == ("x", "flows/x.yaml", 16)


def test_a_message_names_its_place_its_code_and_the_way_out() -> None:
    text = FLOW + "  m:\n    type: menu\n    prompt: Hello.\n    optoins: {1: end}\n    options: {1: end}\n"
    (finding,) = mistakes(text)
    assert str(finding) == 'flows/x.yaml:7:5 F104 unknown option "optoins" for menu; did you mean "options"?'


def test_a_flow_error_names_its_first_finding_and_prints_them_all() -> None:
    with pytest.raises(FlowError) as raised:
        load(FLOW + "  a: {type: plai}\n  b: {type: hangop}\n")
    error = raised.value
    assert (error.code, error.message) == ("F102", 'there is no node type "plai" (and 1 more)')
    assert str(error).count("\n") == 1


def test_mistakes_of_nodes_and_of_the_flow_come_in_the_order_of_the_file() -> None:
    text = (
        "id: X\nnodes:\n  a: {type: plai}\n  b: {type: play, promt: x}\nlanguages: [en-US]\ntimezone: Mars\n"
    )
    assert [(one.place.line, one.code) for one in mistakes(text)] == [
        (1, "F112"),
        (3, "F102"),
        (4, "F105"),
        (4, "F104"),
        (6, "F124"),
    ]


def test_where_every_node_is_wrong_their_lack_is_not_said_as_well() -> None:
    assert [one.code for one in mistakes(FLOW + "  a: {type: plai}\n")] == ["F102"]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("id: x\n", "F105", (1, 1)),
        ("id: x\nnodes:\n", "F103", (2, 1)),
        ("id: x\nnodes: []\n", "F103", (2, 8)),
        ("id: x\nnodes: {}\n", "F103", (2, 8)),
        ("id: x\nnodes: {a: play}\n", "F101", (2, 9)),
        ("just text", "F100", (1, 1)),
        ("5", "F100", (1, 1)),
    ],
)
def test_what_is_no_flow_says_so(text: str, code: str, place: tuple[int, int]) -> None:
    (finding,) = mistakes(text)
    assert (finding.code, (finding.place.line, finding.place.column)) == (code, place)


def test_a_value_that_fits_no_branch_of_a_union_is_one_mistake() -> None:
    text = FLOW + "  m: {type: menu, prompt: M., options: {1: {next: end, label: [1]}}}\ntitle: {en-US: 5}\n"
    assert [one.code for one in mistakes(text)] == ["F103", "F103"]


def test_the_column_of_an_expression_is_that_of_its_sign() -> None:
    text = FLOW + '  a: {type: play, prompt: "Hello {{ 1 + ! }}.", next: end}\n'
    (finding,) = mistakes(text)
    line = text.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1] == "!"


def test_the_column_of_an_expression_in_a_folded_text_is_where_the_text_begins() -> None:
    (finding,) = mistakes(
        FLOW + "  a:\n    type: play\n    next: end\n    prompt: >\n      Hello\n      {{ ! }}.\n"
    )
    assert (finding.place.line, finding.place.column) == (7, 13)


def test_an_aliased_mistake_is_shown_where_it_is_written() -> None:
    text = FLOW + "  a: {type: collect, prompt: A., into: a, digits: &d {lenth: 4}, next: b}\n"
    text += "  b: {type: collect, prompt: B., into: a, digits: *d, next: end}\nvars: {a: null}\n"
    assert {(one.place.line, one.code) for one in mistakes(text)} == {(4, "F104")}


def test_windows_line_ends_and_a_byte_order_mark_move_no_place() -> None:
    text = "\ufeff" + (FLOW + '  a: {type: play, prompt: "{{ ! }}", next: end}\n').replace("\n", "\r\n")
    (finding,) = mistakes(text.encode())
    assert (finding.place.line, finding.place.column) == (4, 31)


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("numbers: 95598", ("95598",)),
        ('numbers: ["0755", 4008, "+8613"]', ("0755", "4008", "+8613")),
        ("numbers: [0755]", ("0755",)),
    ],
)
def test_numbers_are_texts_however_they_are_written(head: str, names: tuple[str, ...]) -> None:
    assert load(FLOW + "  a: {type: hangup}\n" + head).flow.numbers == names


def test_one_language_needs_no_brackets() -> None:
    assert load("id: x\nlanguages: en-US\nnodes: {a: {type: hangup}}").flow.languages == ("en-US",)


@pytest.mark.parametrize("node", ["5", "[1, 2]", "null", "text", "{type: 5}", "{type: {}}", "{type: null}"])
def test_a_node_of_the_wrong_shape_is_a_mistake(node: str) -> None:
    assert {one.code for one in mistakes(FLOW + f"  a: {node}\n")} <= {"F101", "F102"}


# Bad input --------------------------------------------------------------------------------------------


def timed(text: str | bytes, most: float) -> list[Finding]:
    began = time.process_time()
    found = findings(text) if isinstance(text, str) else mistakes(text)
    assert time.process_time() - began < most
    assert len(found) <= 100
    return found


def big(line: str, count: int) -> str:
    return FLOW + "".join(line.format(i=i, j=i + 1) for i in range(count)) + f"  n{count}: {{type: hangup}}\n"


def test_a_flow_of_a_thousand_nodes_is_read_and_checked_in_two_seconds() -> None:
    found = timed(big("  n{i}: {{type: play, prompt: 'Number {i}.', next: n{j}}}\n", 1000), 2)
    assert [one.code for one in found] == ["F302"]  # nobody listens to a thousand numbers


def test_a_flow_of_fifty_nodes_is_linted_in_a_tenth_of_a_second() -> None:
    text = big("  n{i}: {{type: play, prompt: 'Number {{{{ call.attempt + {i} }}}}.', next: n{j}}}\n", 50)
    source = lint.Source(*loader.load(text, "x.yaml", TYPES))
    began = time.process_time()
    found = lint.lint({"x.yaml": source})
    assert time.process_time() - began < 0.1
    assert [one.code for one in found] == ["F302"]


def test_half_a_megabyte_of_nodes_is_read_in_bounded_time() -> None:
    text = big("  n{i}: {{type: play, prompt: 'Number {i} of very many indeed.', next: n{j}}}\n", 6_000)
    assert [one.code for one in timed(text, 20)] == ["F302"]


def test_thousands_of_mistakes_take_bounded_time() -> None:
    found = timed(big("  n{i}: {{type: play, prompt: 'Number {i}.', next: x{j}}}\n", 5_000), 10)
    assert {one.code for one in found} >= {"F201"}


def test_a_megabyte_of_unknown_types_is_read_in_bounded_time() -> None:
    assert {one.code for one in timed(big("  n{i}: {{type: plai{i}, prompt: x}}\n", 20_000), 20)} == {"F102"}


def test_a_name_as_long_as_the_file_makes_a_short_message() -> None:
    found = timed(FLOW + f"  a: {{type: {'x' * 900_000}}}\n  {'B' * 100}: {{type: hangup}}\n", 5)
    assert [one.code for one in found] == ["F102", "F112"]
    assert all(len(str(one)) < 400 for one in found)


def test_more_than_a_megabyte_is_no_flow() -> None:
    assert [one.code for one in timed(b"# " + b"x" * (1 << 20), 1)] == ["F001"]


def test_a_yaml_bomb_is_no_flow() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    for above, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{above}'] * 10)}]")
    assert [one.code for one in timed("\n".join(lines).encode(), 5)] == ["F020"]


def test_an_alias_within_itself_is_no_flow() -> None:
    assert "F019" in {one.code for one in mistakes("id: x\nnodes: &n {a: *n}\n")}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab:{}[]#*&!|>'\"%@` \n-", max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "nodes", "type", "prompt", "next", "options", "each", "say", "when", "1", "a"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from([*sorted(TYPES), "menu", "play"]),
)
def test_whatever_a_node_holds_is_either_a_node_or_a_mistake(data: object, kind: str) -> None:
    import json

    node = {**data, "type": kind} if isinstance(data, dict) else data
    try:
        load(json.dumps({"id": "x", "nodes": {"a": node}}))
    except FlowError as error:
        for finding in error.findings:
            assert finding.code[0] in "FE"
            assert finding.place.line == 1
            assert finding.message
