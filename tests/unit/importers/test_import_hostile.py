"""Files from anybody: they are imported, or refused with their place; nothing else happens."""

from __future__ import annotations

import os
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.errors import ImportFailed
from ivr.importers.base import Wishes
from ivr.importers.freeswitch import FreeSwitch
from tests.calls import load
from tests.unit.importers.menus import entries, menus, read, scenario, told

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n<menu name="&b;"/>'
WIDE = "<include>" + '<menu name="m" greet-long="say:' + "x" * 9_000_000 + '"/></include>'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            "<include>\n<menu name='m'>\n</include>",
            3,
            "</include> stands where <menu> of line 2 is still open",
        ),
        ("\n<include>\n<menu name='m'/>\n", 2, "<include> is opened here and never closed"),
        ("<menu name='m'/>\n</include>", 2, "</include> closes what was never opened"),
        ("<include>\n<menu name=m/>\n</include>", 2, "this is not XML: AttValue"),
        ("\n<menu name='a' name='b'/>", 2, "this is not XML: Attribute name redefined"),
        ("\n<menu name='&unknown;'/>", 2, "this is not XML"),
        ("<!-- <!DOCTYPE a> -->\n" + BOMB, 2, "a document type is not read"),
        ("\n\n<!doctype html>", 3, "a document type is not read"),
        ("<menu>" * 300 + "</menu>" * 300, 1, "this is not XML"),
        ("", 1, "there is no <menu> in it"),
        ("just words", 1, "there is no <menu> in it"),
        ("<include/>", 1, "there is no <menu> in it"),
        (WIDE, 1, "bytes; at most"),
        ("<include>" + "\n" * 70_000 + "</include>", 1, "more than 65,535 lines"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_menu_is_refused_with_its_place(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    file = tmp_path / "m.xml"
    file.write_text(text)
    with pytest.raises(ImportFailed) as caught:
        read(file)
    assert caught.value.place is not None
    assert (Path(caught.value.place.file).name, caught.value.place.line) == ("m.xml", line)
    assert message in str(caught.value)
    assert "ivory-file" not in str(caught.value)


@pytest.mark.parametrize("raw", [b"\xff\xfe<\x00a\x00/\x00>\x00", b"<menu name='\xe9'/>", b"\x00\x01\x02"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "m.xml").write_bytes(raw)
    with pytest.raises(ImportFailed):
        read(tmp_path / "m.xml")


def test_variables_in_variables_fill_no_memory(tmp_path: Path) -> None:
    sets = ['<X-PRE-PROCESS cmd="set" data="a=aaaaaaaaaaaaaaaa"/>']
    sets += [
        f'<X-PRE-PROCESS cmd="set" data="{chr(98 + n)}={("$${" + chr(97 + n) + "}") * 10}"/>'
        for n in range(12)
    ]
    with pytest.raises(ImportFailed, match="characters by"):
        menus(tmp_path, *sets, entries("menu-exit | 1 | "))


def test_files_that_include_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m.xml").write_text('<include><X-PRE-PROCESS cmd="include" data="m.xml"/></include>')
    with pytest.raises(ImportFailed, match="include each other more than 100 deep"):
        read(tmp_path / "m.xml")


def test_nothing_is_executed_and_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.xml").write_text(entries("menu-exit | 1 | ", name="secret"))
    ran = tmp_path / "ran"
    imported = menus(
        inside,
        f'<X-PRE-PROCESS cmd="exec" data="touch {ran}"/>',
        f'<X-PRE-PROCESS cmd="exec-set" data="x=touch {ran}"/>',
        '<X-PRE-PROCESS cmd="include" data="../secret.xml"/>',
        '<X-PRE-PROCESS cmd="include" data="/etc/pass*"/>',
        entries("menu-exit | 1 | ", menu='greet-long="say:$${x}"'),
    )
    assert not ran.exists()
    assert [draft.id for draft in imported.flows] == ["m"]
    assert "secret.xml is outside of" in told(imported, "lost")
    assert "/etc/pass* is outside of" in told(imported, "lost")
    assert "passwd" not in told(imported, "lost")  # nor is it told what there is
    assert "is not executed" in told(imported, "lost")


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "m.xml")
    assert not FreeSwitch().recognises(tmp_path / "m.xml")
    with pytest.raises(ImportFailed, match="is not a file"):
        read(tmp_path / "m.xml")


def test_ten_thousand_entries_are_carried_over(tmp_path: Path) -> None:
    lines = [f"menu-exec-app | {number} | transfer {number % 100 + 1000}" for number in range(10_000, 20_000)]
    imported = menus(tmp_path, entries(*lines))
    load(imported.flows[0].text)
    assert imported.flows[0].text.count(": extension_") == 10_000


def test_ten_thousand_strange_entries_are_all_told(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries(*[f"menu-{number} | 1 | " for number in range(10_000)]))
    assert sum(note.kind == "lost" for note in imported.notes) == 10_000


def test_menus_in_many_flows_are_bounded(tmp_path: Path) -> None:
    chain = [entries(f"menu-sub | 1 | c{n + 1}", name=f"c{n}") for n in range(300)]
    heads = [entries("menu-sub | 1 | c0", name=f"h{n}") for n in range(300)]
    with pytest.raises(ImportFailed, match="more than 20,000 menus"):
        menus(tmp_path, *chain, *heads)


def test_phrases_in_a_circle_end(tmp_path: Path) -> None:
    macro = (
        '<macro name="a"><input><match>'
        + '<action function="phrase" phrase="a"/>' * 2
        + "</match></input></macro>"
    )
    imported = menus(tmp_path, macro, entries("menu-exit | 1 | ", menu='greet-long="phrase:a"'))
    assert "phrases within phrases" in told(imported, "lost")
    scenario(imported)


def test_expressions_that_take_for_ever_are_not_tried(tmp_path: Path) -> None:
    macro = '<macro name="a"><input pattern="^(a+)+$"><match/></input></macro>'
    imported = menus(tmp_path, macro, entries("menu-exit | 1 | ", menu=f'greet-long="phrase:a:{"a" * 39}!"'))
    assert "the pattern of phrase" in told(imported, "lost")


SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
VALUE = st.text(SIGNS, max_size=24) | st.sampled_from(
    ["", "1", "9", "*", "#", "12", "/^1\\d$/", "/^(2|3)(\\d)$/", "say:Hi", "phrase:p:12", "$1", "${x}",
     "$${y}", "a", "b", "transfer 1 XML x", "transfer $1", "set x=$1", "playback say:x", "hangup", "ivr b",
     "ivr z", "-1", "99999999999", "{{ x }}"]
)  # fmt: skip
ACTION = st.sampled_from(
    [
        "menu-exit",
        "menu-sub",
        "menu-top",
        "menu-back",
        "menu-play-sound",
        "menu-exec-app",
        "menu-say-phrase",
        "x",
    ]
)
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["greet-long", "greet-short", "invalid-sound", "exit-sound", "transfer-sound", "timeout", "digit-len",
         "pin", "inter-digit-timeout", "max-failures", "max-timeouts", "confirm-macro", "confirm-key",
         "confirm-attempts", "exec-on-max-failures", "exec-on-max-timeouts", "tts-engine", "tts-voice", "odd"]
    ),
    VALUE,
    max_size=6,
)  # fmt: skip


@st.composite
def configurations(draw: st.DrawFn) -> str:
    action = '<action function="say" data="$1" type="number"/>'
    text = f'<macro name="p"><input pattern="(.*)"><match>{action}</match></input></macro>'
    for name in draw(st.lists(st.sampled_from(["a", "b", "菜单", "end", "a b"]), min_size=1, max_size=4)):
        attributes = "".join(f" {key}={quoteattr(value)}" for key, value in draw(ATTRIBUTES).items())
        rows = draw(st.lists(st.tuples(ACTION, VALUE, VALUE), max_size=6))
        inner = "".join(
            f"<entry action={quoteattr(action)} digits={quoteattr(digits)} param={quoteattr(parameter)}/>"
            for action, digits, parameter in rows
        )
        text += f"<menu name={quoteattr(name)}{attributes}>{inner}</menu>\n"
    return f"<include>{text}</include>"


@settings(max_examples=100, deadline=None)
@given(configurations())
def test_whatever_a_menu_says_the_flow_has_no_errors(
    tmp_path_factory: pytest.TempPathFactory, configuration: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "random.xml"
    file.write_text(configuration, encoding="utf-8")
    imported = FreeSwitch().read([file], Wishes())
    flows = load(*(draft.text for draft in imported.flows))
    assert [draft.id for draft in imported.flows] == list(flows)
