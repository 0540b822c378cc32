"""What each attribute and action of a FreeSWITCH menu becomes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ivr.flow.scripted import Hear, Pause, Press, Step
from tests.unit.importers.menus import GREET, entries, menus, read, scenario, told

COMES_BACK = "next: m, outcomes: {error: m}}"
CONFIRM = """<macro name="back"><input pattern="^(\\d+)$"><match>
  <action function="speak-text" data="You pressed"/>
  <action function="say" data="$1" method="pronounced" type="name_spelled"/>
</match></input></macro>"""


def test_times_and_tries_are_the_flows_defaults(tmp_path: Path) -> None:
    menu = f'{GREET} timeout="4500" inter-digit-timeout="1500" max-failures="5" max-timeouts="5"'
    text = menus(tmp_path, entries("menu-exit | 1 | ", menu=menu)).flows[0].text
    assert "tries: 5\n  noinput_after: 4500ms\n  digit_timeout: 1500ms" in text


def test_freeswitchs_own_defaults_hold(tmp_path: Path) -> None:
    text = menus(tmp_path, entries("menu-exit | 1 | ")).flows[0].text
    assert "tries: 3\n  noinput_after: 10s\n  outcomes" in text


def test_failures_and_time_outs_that_differ_are_told(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries("menu-exit | 1 | ", menu=f'{GREET} max-failures="2" max-timeouts="4"'))
    assert "tries: 4" in imported.flows[0].text
    assert "2 failures and 4 time-outs are counted together here" in told(imported, "differs")


def test_a_sound_is_played_and_the_menu_again(tmp_path: Path) -> None:
    calls = scenario(menus(tmp_path, entries("menu-play-sound | 1 | say:Hello.", "menu-exit | 2 | ")))
    walk = calls.walk(Press("1"), Hear("Hello."), Hear("Choose."), Press("2"))
    assert walk.path == ["m:1", "play_hello:next", "m:2"]


def test_a_menu_can_be_left_and_says_goodbye(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries("menu-exit | 1 | ", menu=f'{GREET} exit-sound="say:Bye."'))
    assert scenario(imported).walk(Press("1")).heard[-1] == "Bye."


def test_back_leads_to_the_menu_before_even_where_several_lead(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries("menu-sub | 1 | a", "menu-sub | 2 | b", "menu-exit | 0 | "),
        entries("menu-sub | 1 | shared", name="a"),
        entries("menu-sub | 1 | shared", name="b"),
        entries("menu-back | 9 | ", "menu-top | 8 | ", name="shared"),
    )
    calls = scenario(imported)
    for through in ("a", "b"):
        first = "1" if through == "a" else "2"
        walk = calls.walk(
            *(step for key in (first, "1", "9", "1", "8", "0") for step in (Press(key), Pause(1))),
        )
        assert [s.partition(":")[0] for s in walk.path] == ["m", through, "shared", through, "shared", "m"]


def test_all_entries_of_a_key_are_done_one_after_the_other(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries(
            "menu-exec-app | 1 | set Reason=billing",
            "menu-play-sound | 1 | say:One moment.",
            "menu-exec-app | 1 | transfer 1000",
        ),
    )
    walk = scenario(imported).walk(Press("1"))
    assert walk.heard == ["Choose.", "One moment."]
    assert walk.variables["reason"] == "billing"
    assert [target.address for target in walk.call.bridged] == ["1000"]


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("transfer 1000", '{type: transfer, extension: "1000", next: end}  # XML default'),
        ("transfer 1000 XML sales", '{type: transfer, extension: "1000", next: end}  # XML sales'),
        ("bridge user/1000@$${domain}", '{type: transfer, extension: "1000", next: m, outcomes: {error: m}}'),
        (
            "bridge sofia/gateway/gw/+4930123",
            '{type: transfer, number: "+4930123", next: m, outcomes: {error: m}}',
        ),
        (
            "bridge sofia/gateway/gw/1001",
            '{type: transfer, extension: "1001", next: m, outcomes: {error: m}}',
        ),
        (
            "execute_extension 7 XML default",
            '{type: transfer, extension: "7", next: m, outcomes: {error: m}}',
        ),
        ("hangup USER_BUSY", "{type: hangup, cause: USER_BUSY}"),
        ("hangup", "{type: hangup}"),
        ("playback say:Good day", "{type: play, prompt: Good day, next: m}"),
        ("sleep 1500", "{type: play, prompt: {pause: 1500ms}, next: m}"),
        ("speak flite|slt|Hello you", "{type: play, prompt: Hello you, next: m}"),
        ("set And=x", "{type: set, vars: {and_value: \"'x'\"}, next: m}"),
    ],
)
def test_applications_become_nodes(tmp_path: Path, command: str, line: str) -> None:
    imported = menus(tmp_path, entries(f"menu-exec-app | 1 | {command}"))
    scenario(imported)
    assert line in imported.flows[0].text


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (
            "057112345678",
            "057112345678 is not in E.164; calls.allow is asked for +8657112345678, which may be",
        ),
        ("12345678", "12345678 is not in E.164, and no country has such a number"),
        ("1001", "1001 is dialled as the setting calls.extension says"),
        ("+861012345678", ""),
    ],
)
def test_a_number_that_is_not_in_e164_is_told(tmp_path: Path, number: str, why: str) -> None:
    imported = menus(tmp_path, entries(f"menu-exec-app | 1 | bridge sofia/gateway/gw/{number}"))
    assert why in told(imported, "differs")
    assert ("E.164" in told(imported)) == ("E.164" in why)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("menu-exec-app | 1 | conference 3000@default", 'the application "conference" has no node; dial it'),
        ("menu-exec-app | 1 | transfer 5 enum", 'the dialplan "enum" is not asked'),
        ("menu-exec-app | 1 | transfer -bleg 5", "only the caller's own leg"),
        ("menu-exec-app | 1 | bridge user/1,user/2", "several parties"),
        ("menu-exec-app | 1 | bridge sofia/internal/x@y", "only extensions and numbers by a gateway"),
        ("menu-exec-app | 1 | transfer ${mood}", "${mood} is known to FreeSWITCH alone"),
        ("menu-exec-app | 1 | 5000 XML default", "if a transfer was meant, write one"),
        ("menu-exec-app | 1 | ", 'the application "" has no node'),
        ("menu-sub | 1 | nowhere", 'there is no menu "nowhere"'),
        ("menu-dance | 1 | x", 'there is no action "menu-dance"'),
        ("menu-play-sound | 1 | shout://radio.example/x.mp3", "nothing of it can be played"),
        ("menu-exit | /^(?=1)/ | ", "cannot be written as a pattern"),
        ("menu-exit | hello | ", '"hello" cannot be pressed'),
        ("menu-exit |  | ", "an entry without digits"),
    ],
)
def test_what_cannot_be_carried_over_is_told_with_its_line_and_stands_in_the_flow(
    tmp_path: Path, entry: str, why: str
) -> None:
    imported = menus(tmp_path, entries(entry, "menu-exit | 2 | "))
    (note,) = [note for note in imported.notes if why in str(note)]
    assert (note.kind, note.place.line) == ("lost", 3)
    assert scenario(imported).walk(Press("2")).end.how == "completed"
    if "an entry without" not in why:
        assert "# not carried over: " in imported.flows[0].text
        assert "(menus.xml:3)" in imported.flows[0].text


def test_a_menu_with_nothing_to_choose_only_speaks(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries("menu-exec-app | 1 | lua x.lua"))
    assert scenario(imported).walk().heard == ["Choose."]
    assert "has no choice that could be carried over" in told(imported, "differs")


def test_a_pin_is_asked_for_in_confidence_before_the_menu_and_only_then(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries("menu-sub | 1 | safe", "menu-exit | 0 | "),
        entries(
            "menu-play-sound | 1 | say:Gold.", "menu-back | 9 | ", name="safe", menu=f'{GREET} pin="4711"'
        ),
    )
    calls = scenario(imported)
    walk = calls.walk(
        Press("1"), Pause(3), Press("4711"), Pause(2), Press("1"), Hear("Gold."), Pause(2), Press("9"),
        Pause(2), Press("0"),
    )  # fmt: skip
    assert walk.path == [
        "m:1", "safe_pin:next", "safe:1", "play_gold:next", "safe:9", "m:0",
    ]  # fmt: skip
    assert walk.inputs[1] != "4711"
    again: list[Step] = [Pause(5), Press("1111")] * 3
    refused = calls.walk(Press("1"), *again)
    assert refused.path[-1] == "safe_pin:exhausted"
    assert "stands in the flow, for all who read it" in told(imported, "differs")


def test_a_pin_that_cannot_be_pressed_lets_nobody_in(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries("menu-play-sound | 1 | say:Gold.", menu=f'{GREET} pin="[0-9]+"'))
    assert "nobody gets in" in told(imported, "lost")
    text = imported.flows[0].text
    assert yaml.safe_load(text)["nodes"]["m_pin"]["next"] == "end"
    assert next(iter(yaml.safe_load(text)["nodes"])) == "m_pin"


def test_what_was_pressed_is_read_back_where_the_menu_does(tmp_path: Path) -> None:
    menu = f'{GREET} digit-len="3" confirm-macro="back" confirm-key="1"'
    imported = menus(tmp_path, CONFIRM, entries("menu-exec-app | 123 | transfer 123", menu=menu))
    calls = scenario(imported)
    walk = calls.walk(
        Press("123"), Hear("one two three"), Press("2"), Pause(1), Press("123"), Pause(9), Press("1")
    )
    assert [target.address for target in walk.call.bridged] == ["123"]
    assert walk.inputs[0].split() == ["123", "2", "123", "1"]


def test_silence_leads_where_it_led(tmp_path: Path) -> None:
    menu = f'{GREET} exec-on-max-timeouts="transfer 1000" exec-on-max-failures="transfer 2000"'
    imported = menus(tmp_path, entries("menu-exit | 1 | ", menu=menu))
    assert [target.address for target in scenario(imported).walk().call.bridged] == ["1000"]
    assert 'exec-on-max-failures="transfer 2000"; silence and wrong keys end alike' in told(imported, "lost")
    assert "# not carried over: exec-on-max-failures" in imported.flows[0].text


def test_a_sound_before_a_transfer_is_heard(tmp_path: Path) -> None:
    menu = f'{GREET} transfer-sound="say:Connecting."'
    imported = menus(tmp_path, entries("menu-exec-app | 1 | transfer 1000", menu=menu))
    assert scenario(imported).walk(Press("1")).heard == ["Choose.", "Connecting."]


def test_parts_of_what_was_pressed_are_dialled(tmp_path: Path) -> None:
    imported = menus(
        tmp_path, entries("menu-exec-app | /^8(\\d{3})$/ | transfer 2$1", menu=f'{GREET} digit-len="4"')
    )
    walk = scenario(imported).walk(Press("8123"))
    assert [target.address for target in walk.call.bridged] == ["2123"]


def test_several_patterns_are_told_apart(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries(
            "menu-exec-app | /^1\\d\\d$/ | transfer 1000",
            "menu-exec-app | /^2\\d\\d$/ | transfer 2000",
            "menu-exec-app | 5 | transfer 5000",
            "menu-exec-app | /^(3|4)[0-5]$/ | transfer 4000",
            menu=f'{GREET} digit-len="3"',
        ),
    )
    calls = scenario(imported)
    for keys, extension in (("123", "1000"), ("299", "2000"), ("5", "5000"), ("35", "4000"), ("40", "4000")):
        assert [target.address for target in calls.walk(Press(keys)).call.bridged] == [extension]
    assert calls.walk(Press("46"), Pause(5), Press("700")).call.bridged == []


def test_a_menu_that_is_run_by_its_name_comes_back(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries("menu-exec-app | 1 | ivr other", "menu-exit | 2 | "),
        entries("menu-exit | 3 | ", name="other", menu='greet-long="say:Other."'),
    )
    assert [draft.id for draft in imported.flows] == ["m", "other"]
    walk = scenario(imported).walk(Press("1"), Hear("Other."), Press("3"), Pause(1), Press("2"))
    assert [event.node for event in walk.left] == ["m", "run_other", "other", "m"]


def test_menus_that_run_each_other_are_gone_to_for_good(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries("menu-exec-app | 1 | ivr other", "menu-exec-app | 2 | ivr m", "menu-exec-app | 3 | ivr"),
        entries("menu-exec-app | 1 | ivr m", name="other", menu='greet-long="say:Other."'),
    )
    again: list[Step] = [Press("1"), Hear("Other."), Press("1"), Press("2"), Pause(1)] * 9
    assert [event.node for event in scenario(imported).walk(*again).left].count("other") == 9
    told = [note.message for note in imported.notes]
    assert 'menu "m" runs "other", which runs it again: calls go there for good' in told
    assert any("it names no menu" in message for message in told)


def test_menus_in_a_circle_are_one_flow(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries("menu-sub | 1 | b", name="a"),
        entries("menu-sub | 1 | a", "menu-back | 2 | ", name="b"),
    )
    assert [draft.id for draft in imported.flows] == ["a"]
    again: list[Step] = [Press("1"), Pause(1)] * 20
    walk = scenario(imported).walk(*again)
    assert len(walk.path) == 21


def test_a_menu_of_two_flows_is_in_both_and_told(tmp_path: Path) -> None:
    imported = menus(
        tmp_path,
        entries("menu-sub | 1 | c", name="a"),
        entries("menu-sub | 1 | c", name="b"),
        entries("menu-back | 1 | ", name="c"),
    )
    assert [draft.id for draft in imported.flows] == ["a", "b"]
    assert 'menu "c" is in 2 flows' in told(imported, "differs")


def test_a_second_menu_of_a_name_is_told(tmp_path: Path) -> None:
    imported = menus(tmp_path, entries("menu-exit | 1 | "), entries("menu-exit | 2 | "))
    assert len(imported.flows) == 1
    assert 'a second menu "m" is never found by FreeSWITCH; the first is in line 2' in told(imported)


def test_names_become_names_of_the_language(tmp_path: Path) -> None:
    names = ["客服主菜单", "back", "Sales & Marketing", "2nd", "sales-marketing", "end"]
    imported = menus(
        tmp_path, *(entries("menu-exit | 1 | ", name=name.replace("&", "&amp;")) for name in names)
    )
    assert [draft.id for draft in imported.flows] == [
        "menu", "back", "sales_marketing", "menu_2nd", "sales_marketing_2", "end",
    ]  # fmt: skip
    assert "title: 客服主菜单" in imported.flows[0].text
    scenario(imported)


def test_recordings_that_are_there_are_brought_along(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    for name in ("ivr/8000/hello.wav", "ivr/16000/hello.wav", "plain.wav"):
        (sounds / name).parent.mkdir(parents=True, exist_ok=True)
        (sounds / name).write_bytes(b"RIFF")
    menu = 'greet-long="ivr/hello.wav" invalid-sound="plain.wav" exit-sound="ivr/gone.wav"'
    imported = menus(tmp_path, entries("menu-exit | 1 | ", menu=menu), sounds=(sounds,))
    assert [(s.name, s.source.relative_to(sounds).as_posix()) for s in imported.sounds] == [
        ("ivr/hello.wav", "ivr/16000/hello.wav"),
        ("plain.wav", "plain.wav"),
    ]
    text = imported.flows[0].text
    assert "prompt: {audio: ivr/hello.wav}" in text
    assert "prompt: gone.  # ivr/gone.wav" in text
    assert "ivr/gone.wav" in told(imported, "sound")


@pytest.mark.parametrize(
    "file", ["/etc/passwd", "../../../../etc/passwd", "/etc/../etc/hostname", "a\\..\\b", "x" * 5000]
)
def test_only_recordings_are_brought_along(tmp_path: Path, file: str) -> None:
    imported = menus(tmp_path, entries("menu-exit | 1 | ", menu=f'greet-long="{file}"'), sounds=(tmp_path,))
    assert imported.sounds == ()
    scenario(imported)


@pytest.mark.parametrize(
    ("sound", "prompt"),
    [
        ("silence_stream://1500,1400", "prompt: {pause: 1500ms}"),
        ("tone_stream://%(500,0,800)", 'prompt: {tone: "%(500,0,800)"}'),
        ("file_string://say:One.!say:Two.", "prompt: [One., Two.]"),
        ("say:Costs {{ 5 }} {% x", "prompt: \"Costs {{ '{{' }} 5 }} {{ '{%' }} x\""),
        ("phrase:unknown:5", "prompt: unknown.  # phrase:unknown"),
    ],
)
def test_sounds_become_items(tmp_path: Path, sound: str, prompt: str) -> None:
    imported = menus(tmp_path, entries("menu-exit | 1 | ", menu=f'greet-long="{sound}"'))
    assert prompt in imported.flows[0].text
    scenario(imported)


def test_the_language_is_that_of_the_recordings_or_as_wished(tmp_path: Path) -> None:
    (tmp_path / "vars.xml").write_text(
        '<include><X-PRE-PROCESS cmd="set" data="sound_prefix=/sounds/fr/ca/june"/></include>'
    )
    assert "languages: [fr-CA]" in menus(tmp_path, entries("menu-exit | 1 | ")).flows[0].text
    file = tmp_path / "menus.xml"
    assert "languages: [zh-CN]" in read(file, language="zh-CN").flows[0].text
