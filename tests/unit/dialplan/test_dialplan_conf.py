from __future__ import annotations

from pathlib import Path

import pytest

from ivr.dialplan import conf as configuration
from ivr.errors import DialplanError, Place


def names(root: Path, context: str) -> list[str | None]:
    found = configuration.read(root).context(context)
    assert found is not None
    return [one.get("name") for one in found.iter("extension")]


def test_extensions_come_in_freeswitchs_order_with_their_places(conf: Path) -> None:
    read = configuration.read(conf)
    public = read.context("public")
    assert public is not None
    assert names(conf, "public") == [
        *("outside_call", "desks", "by_day", "public_did", "late_did", "company_desk", "everything")
    ]
    places = {one.get("name"): read.place(one) for one in public.iter("extension")}
    assert places["desks"] == Place(str(conf / "dialplan/public.xml"), 9)
    assert places["late_did"] == Place(str(conf / "dialplan/public/zz_did.xml"), 2)


def test_a_variable_has_the_value_that_was_set_before(conf: Path) -> None:
    text = configuration.read(conf)
    public = text.context("public")
    assert public is not None
    assert "^2000$" in [one.get("expression") for one in public.iter("condition")]


def test_a_line_with_a_declaration_or_an_include_tag_is_dropped_whole(
    conf: Path,
) -> None:
    (conf / "dialplan/public/10_x.xml").write_text(
        '<?xml version="1.0"?><extension name="lost"/>\n<include><extension name="lost_too"/>\n'
        '<extension name="kept"/>\n</include>\n'
    )
    assert "kept" in names(conf, "public")
    assert not {"lost", "lost_too"} & set(names(conf, "public"))


def test_an_include_in_a_comment_of_one_line_counts_as_it_does_for_freeswitch(conf: Path) -> None:
    (conf / "dialplan/default.xml").write_text(
        '<include>\n<context name="default">\n<!-- <X-PRE-PROCESS cmd="include" data="default/*.xml"/> -->\n'
        "</context>\n</include>\n"
    )
    (conf / "dialplan/default").mkdir()
    (conf / "dialplan/default/a.xml").write_text('<extension name="a"/>\n')
    assert names(conf, "default") == ["a"]


def test_a_file_that_includes_itself_ends(conf: Path) -> None:
    (conf / "dialplan/public/loop.xml").write_text('<X-PRE-PROCESS cmd="include" data="loop.xml"/>\n')
    assert "everything" in names(conf, "public")


def test_nothing_is_executed_and_nothing_fetched(conf: Path, tmp_path: Path) -> None:
    bait = tmp_path / "bait"
    (conf / "dialplan/public/bad.xml").write_text(
        f'<X-PRE-PROCESS cmd="exec" data="touch {bait}"/>\n'
        f'<X-PRE-PROCESS cmd="exec-set" data="a=touch {bait}"/>\n'
        f'<!DOCTYPE x [<!ENTITY y SYSTEM "file://{conf}/vars.xml">]>\n<extension name="&y;"/>\n'
    )
    configuration.read(conf)
    assert not bait.exists()


@pytest.mark.parametrize(
    "text", [None, "", "<document/>", "\x00\x01", "<document><section name='x'/></document>"]
)
def test_what_is_no_configuration_is_told_from_one(conf: Path, text: str | None) -> None:
    main = conf / "freeswitch.xml"
    main.unlink() if text is None else main.write_text(text)
    with pytest.raises(DialplanError, match=r"freeswitch\.xml"):
        configuration.read(conf)
