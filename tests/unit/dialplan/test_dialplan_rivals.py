from __future__ import annotations

from pathlib import Path

import pytest

from ivr.dialplan import propose
from ivr.dialplan.plan import Plan


def told(conf: Path, *numbers: str) -> list[tuple[str, str, int]]:
    """Severity, file and line of what is told."""
    notes = propose(conf, Plan(numbers)).notes
    return [
        (note.severity, Path(note.place.file).name, note.place.line)
        for note in notes
        if note.place is not None
    ]


def test_a_free_number_is_nobodys_business(conf: Path) -> None:
    assert propose(conf, Plan(("95598", "+861095598", "/4001[0-9]{2}/"))).notes == ()


@pytest.mark.parametrize(
    ("number", "severity", "file", "line"),
    [
        ("1005", "error", "public.xml", 9),  # a range that comes first
        ("5551212", "error", "00_inbound_did.xml", 2),  # the very number, in a file that sorts before ours
        ("5551213", "error", "zz_did.xml", 2),  # and in one behind: it would be taken over
        ("2000", "error", "public.xml", 20),  # through a variable
        ("7000", "warning", "public.xml", 14),  # on weekdays only
        ("/555121[24]/", "error", "00_inbound_did.xml", 2),  # a pattern, too
        ("/10[01]5/", "", "", 0),  # what two patterns have in common is not known
    ],
)
def test_an_extension_for_the_same_number_is_told_with_its_place(
    conf: Path, number: str, severity: str, file: str, line: int
) -> None:
    assert told(conf, number) == ([(severity, file, line)] if severity else [])


def test_an_error_forbids_the_installation_and_a_warning_does_not(conf: Path) -> None:
    assert propose(conf, Plan(("1005",))).errors
    assert not propose(conf, Plan(("7000",))).errors


def test_a_pattern_of_pcre_alone_is_passed_over(conf: Path) -> None:
    (conf / "dialplan/public/05_pcre.xml").write_text(
        '<extension name="pcre">\n<condition field="destination_number" expression="^(?|(9)|(8))\\K$"/>\n'
        "</extension>\n"
    )
    assert told(conf, "9") == []
