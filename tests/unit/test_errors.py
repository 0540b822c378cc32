"""Errors: one tree, each with a code, a place and a way out."""

from __future__ import annotations

from ivr import errors
from ivr.errors import CallEnded, FetchError, Finding, FlowError, IvoryError, Place


def test_an_error_names_the_place_the_code_and_the_way_out() -> None:
    error = IvoryError("it broke", place=Place("flows/a.yaml", 7, 5), hint="mend it")
    assert str(error) == "flows/a.yaml:7:5: I000 it broke; mend it"
    assert str(IvoryError("it broke")) == "I000 it broke"


def test_a_finding_reads_like_a_compilers_message() -> None:
    finding = Finding(Place("a.yaml", 7, 5), "F104", 'unknown option "x"', "take it out")
    assert str(finding) == 'a.yaml:7:5 F104 unknown option "x"; take it out'


def test_a_flow_error_holds_every_finding_and_speaks_for_the_first() -> None:
    one, two = Finding(Place("a", 1), "F101", "one"), Finding(Place("a", 2), "F102", "two")
    error = FlowError([one, two])
    assert (error.code, error.message, error.place, error.findings) == (
        "F101",
        "one (and 1 more)",
        one.place,
        (one, two),
    )
    assert str(error) == "a:1:1 F101 one\na:2:1 F102 two"


def test_every_error_has_a_code_of_its_own() -> None:
    def tree(kind: type[IvoryError]) -> list[type[IvoryError]]:
        return [kind, *(each for child in kind.__subclasses__() for each in tree(child))]

    kinds = [kind for kind in tree(IvoryError) if kind.__module__ == errors.__name__]
    codes = [kind.code for kind in kinds if kind.__name__ != "FlowError"]
    assert len(set(codes)) == len(codes)
    assert {kind.exit_code for kind in kinds} == {1, 69, 78}


def test_every_error_is_in_the_tree_at_the_top_of_its_file() -> None:
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, IvoryError) and value.__module__ == errors.__name__:
            assert name in (errors.__doc__ or ""), name


def test_an_end_and_a_failed_fetch_keep_their_reason() -> None:
    assert CallEnded("USER_BUSY").cause == "USER_BUSY"
    assert FetchError("no", reason="timeout").reason == "timeout"
