"""The commands about the plan, groups and agents, as an admin and a supervisor use them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ivr.acd import events
from ivr.cli import run
from tests.centre import PLAN, Centre

PROJECT = Path(__file__).parents[3]
Ivr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The starter as the draft."""
    return Path(shutil.copy(PROJECT / "routing.yaml", tmp_path / "routing.yaml"))


@pytest.fixture
def ivr(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ivr:
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    monkeypatch.setenv("IVR_ACD_PLAN", str(tmp_path / "routing.yaml"))
    monkeypatch.setenv("IVR_ACD_CONTROL", str(tmp_path / "control.sock"))

    def command(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(words)
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path / "control.sock")
    yield centre
    centre.stop()


def data(answer: tuple[int, str, str]) -> Any:
    return json.loads(answer[1])


# The plan ---------------------------------------------------------------------------------------------


def test_the_starter_is_begun_checked_and_loaded(ivr: Ivr, tmp_path: Path) -> None:
    assert ivr("acd", "new")[0] == 0
    assert ivr("acd", "new")[0] == 1
    code, out, err = ivr("acd", "lint")
    assert (code, out, err) == (0, "", "1 plan: no errors, no warnings\n")
    code, _, err = ivr("acd", "load", "-m", "first", "--by", "zhang")
    assert (code, "turn 1 is in force" in err) == (0, True)
    (turn,) = data(ivr("acd", "log", "--json"))
    assert (turn["turn"], turn["by"], turn["message"]) == (1, "zhang", "first")
    assert "in force says so already" in ivr("acd", "load")[2]


def test_without_any_plan_there_is_one_of_nobody(ivr: Ivr) -> None:
    assert data(ivr("agent", "list", "--json")) == []
    code, _, err = ivr("acd", "load")
    assert (code, "cannot be read" in err) == (1, True)
    assert "the file of acd.plan is in force" in ivr("acd", "log")[2]


def test_a_draft_serves_until_a_plan_is_loaded(ivr: Ivr, plan: Path) -> None:
    assert [agent["id"] for agent in data(ivr("agent", "list", "--json"))] == ["1001", "1002", "1003"]
    ivr("acd", "load")
    plan.write_text("groups: {}")
    assert len(data(ivr("agent", "list", "--json"))) == 3


def test_nothing_with_an_error_is_loaded(ivr: Ivr, plan: Path) -> None:
    plan.write_text(plan.read_text(encoding="utf-8").replace("require: {billing: 5}", "require: {biling: 5}"))
    code, out, err = ivr("acd", "load")
    assert code == 1
    assert 'A201 there is no skill "biling"' in out
    assert "nothing is changed" in err
    assert ivr("acd", "lint")[0] == 1
    assert data(ivr("acd", "lint", "--json"))[0]["hint"] == 'did you mean "billing"?'
    assert data(ivr("acd", "log", "--json")) == []


def test_what_is_dumped_shows_no_pin_and_is_loaded_back(ivr: Ivr, plan: Path, tmp_path: Path) -> None:
    ivr("acd", "load")
    text = ivr("acd", "dump")[1]
    assert text.startswith("# turn 1\n# Who answers what.")
    assert "4711" not in text
    assert "scrypt" not in text
    file = tmp_path / "dumped.yaml"
    assert ivr("acd", "dump", "--to", str(file))[0] == 0
    assert ivr("acd", "dump", "--to", str(file))[0] == 1
    assert "says so already" in ivr("acd", "load", str(file))[2]
    tidy = ivr("acd", "dump", "--tidy")[1]
    assert tidy.startswith("# turn 1\ntitle: {")
    assert "#" not in tidy.partition("\n")[2]


def test_of_two_who_dumped_the_same_the_second_is_told(ivr: Ivr, plan: Path, tmp_path: Path) -> None:
    ivr("acd", "load")
    hers, his = tmp_path / "hers.yaml", tmp_path / "his.yaml"
    for file, name in ((hers, "王小芳"), (his, "李小雷")):
        ivr("acd", "dump", "--to", str(file))
        file.write_text(file.read_text(encoding="utf-8").replace("王芳", name), encoding="utf-8")
    assert ivr("acd", "load", str(hers))[0] == 0
    code, _, err = ivr("acd", "load", str(his))
    assert (code, "made of turn 1, and turn 2 is in force" in err) == (1, True)
    assert ivr("acd", "load", str(his), "--anyway")[0] == 0


def test_a_file_does_not_undo_what_was_set_meanwhile(ivr: Ivr, plan: Path) -> None:
    ivr("acd", "load")
    ivr("group", "set", "billing", "--ring", "25s", "--by", "li")
    plan.write_text(plan.read_text(encoding="utf-8").replace("王芳", "王小芳"), encoding="utf-8")
    code, _, err = ivr("acd", "load")
    assert (code, "turn 2 (li): groups.billing.ring: 25s → nothing" in err) == (1, True)
    assert data(ivr("group", "show", "billing", "--json"))["ring"] == 25.0
    assert ivr("acd", "load", "--anyway")[0] == 0


def test_plans_are_compared_and_gone_back_to(ivr: Ivr, plan: Path) -> None:
    ivr("acd", "load")
    assert ivr("acd", "diff")[::2] == (0, "no difference\n")  # digits here, their hashes there
    ivr("group", "set", "billing", "--ring", "25s")
    code, out, _ = ivr("acd", "diff", "1", "2")
    assert (code, out) == (1, "+ groups.billing.ring: 25s\n")
    assert data(ivr("acd", "diff", "2", "1", "--json"))[0]["sign"] == "-"
    assert "turn 3 is in force" in ivr("acd", "rollback")[2]
    assert ivr("acd", "diff", "1", "3")[0] == 0
    assert ivr("acd", "rollback", "9")[0] == 1


def test_every_code_of_a_plan_is_explained(ivr: Ivr) -> None:
    code, out, _ = ivr("flow", "explain", "A211")
    assert code == 0
    assert out.startswith("A211 a group that nobody can serve")
    assert "Routing plan" in ivr("flow", "explain")[1]


# Single things ----------------------------------------------------------------------------------------


def test_an_agent_is_added_changed_and_taken_out(ivr: Ivr, plan: Path) -> None:
    ivr("acd", "load")
    added = ivr("agent", "add", "1007", "--name", "赵敏", "--group", "billing:2:3", "--skill", "billing=5",
                "--pin", "9988", "--extension", "8007", "--grade", "2")  # fmt: skip
    assert added[0] == 0
    shown = data(ivr("agent", "show", "1007", "--json"))
    assert (shown["name"], shown["dial"], shown["grade"], shown["pin"]) == ("赵敏", "8007", 2, True)
    assert shown["tiers"] == {"billing": {"level": 2, "position": 3}}
    skills = ("--skill", "billing=8", "--skill", "outage=3")
    groups = ("--no-group", "billing", "--group", "outage")
    assert ivr("agent", "set", "1007", *skills, *groups, "--confirm", "1", "-m", "trained")[0] == 0
    assert "confirm: " in ivr("acd", "dump")[1]
    shown = data(ivr("agent", "show", "1007", "--json"))
    assert shown["skills"] == {"billing": 8, "outage": 3}
    assert list(shown["tiers"]) == ["outage"]
    assert "9988" not in ivr("agent", "show", "1007")[1]
    assert ivr("agent", "remove", "1007")[0] == 0
    assert ivr("agent", "show", "1007")[0] == 1
    assert [turn["message"] for turn in data(ivr("acd", "log", "--json"))] == ["", "trained", "", ""]
    assert "# What people here know." in ivr("acd", "dump")[1]


def test_what_a_change_gives_cause_to_warn_of_is_told_once(ivr: Ivr, plan: Path) -> None:
    ivr("acd", "load")
    code, out, err = ivr("agent", "add", "1008")
    assert (code, "A215" in out, "1 warning" in err) == (0, True, True)
    assert "is in force" in out + err
    again = data(ivr("agent", "set", "1008", "--grade", "3", "--json"))
    assert (again["changed"], again["warnings"]) == (True, [])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "1001"), 1, "1001 is in the plan already"),
        (("set", "1o01", "--grade", "1"), 1, 'did you mean "1001"?'),
        (("set", "1001", "--skill", "billing"), 2, "not SKILL=LEVEL"),
        (("set", "1001", "--skill", "billing=11"), 1, "A101"),
        (("set", "1001", "--skill", "piano=1"), 1, 'A201 there is no skill "piano"'),
        (("set", "1001", "--group", "billing:x"), 2, "not GROUP:LEVEL:POSITION"),
        (("set", "1001", "--group", "sales"), 1, 'A202 there is no group "sales"'),
        (("set", "1001", "--extension", "1002"), 1, "A209"),
        (("set", "1001", "--pin", "12"), 1, "A105 this is not a PIN"),
        (("remove", "1009"), 1, 'there is no agent "1009"'),
        (("show", "1009"), 1, 'there is no agent "1009"'),
    ],
)
def test_what_cannot_be_set_is_told_and_changes_nothing(
    ivr: Ivr, plan: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    ivr("acd", "load")
    got, out, err = ivr("agent", *words)
    assert (got, said in out + err) == (code, True)
    assert len(data(ivr("acd", "log", "--json"))) == 1


def test_a_pin_may_be_asked_for(ivr: Ivr, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ivr("acd", "load")
    monkeypatch.setattr("click.prompt", lambda *_, hide_input, **__: "99887" if hide_input else "")
    assert ivr("agent", "set", "1001", "--pin")[0] == 0
    assert "99887" not in ivr("acd", "dump")[1]


def test_a_group_is_changed_and_listed(ivr: Ivr, plan: Path) -> None:
    ivr("acd", "load")
    set_ = ("group", "set", "billing", "--ring", "15s", "--max-size", "20", "--require", "billing=4",
            "--service-level", "90% in 10s", "--unset", "last-agent")  # fmt: skip
    assert ivr(*set_)[0] == 0
    shown = data(ivr("group", "show", "billing", "--json"))
    assert (shown["ring"], shown["max_size"], shown["require"]) == (15.0, 20, {"billing": 4})
    assert (shown["target_share"], shown["target"], shown["last_agent_within"]) == (0.9, 10.0, None)
    assert [agent["agent"] for agent in shown["agents"]] == ["1001", "1003", "1002"]
    assert "报障组" in ivr("group", "list")[1]
    assert "  tier 2, position 1: 1002 李雷" in ivr("group", "show", "billing")[1]
    for words in (("--ring", "15"), ("--strategy", "cleverest"), ("--hours", "night")):
        assert ivr("group", "set", "billing", *words)[0] == 1
    assert ivr("group", "set", "sales", "--ring", "9s", "--new")[0] == 0
    assert data(ivr("group", "show", "sales", "--json"))["ring"] == 9.0
    assert ivr("group", "show", "bilin")[0] == 1


def test_a_group_that_is_not_there_is_not_made_by_a_slip(ivr: Ivr, plan: Path) -> None:
    ivr("acd", "load")
    for words, said in (
        (("biling",), 'there is no group "biling"; did you mean "billing"?'),
        (("xyz",), "service, vip; --new adds it"),
        (("billing", "--new"), "billing is in the plan already"),
    ):
        code, _, err = ivr("group", "set", *words, "--ring", "15s")
        assert (code, said in err) == (1, True)
    assert len(data(ivr("acd", "log", "--json"))) == 1


# Orders -----------------------------------------------------------------------------------------------


def test_agents_are_ordered_about_through_the_worker_s_door(ivr: Ivr, centre: Centre) -> None:
    for words, state in (
        (("sign-in", "1001", "--dial", "8001"), "available"),
        (("break", "1001", "lunch"), "on_break"),
        (("ready", "1001", "--by", "supervisor:wang"), "available"),
        (("sign-out", "1001"), "logged_out"),
        (("sign-in", "1001", "--on-break", "training"), "on_break"),
    ):
        code, _, err = ivr("agent", *words)
        assert (code, err) == (0, "done\n")
        assert centre.states()["1001"] == state
    assert [record.by for record in centre.audit][2] == "supervisor:wang"
    assert centre.audit[0].by.startswith("cli:")


def test_what_the_worker_refuses_is_told_in_its_words(ivr: Ivr, centre: Centre) -> None:
    code, _, err = ivr("agent", "ready", "1001")
    assert (code, "1001 is not signed in; ivr agent sign-in 1001" in err) == (1, True)
    assert ivr("agent", "break", "1001", "lunhc")[0] == 1
    code, _, err = ivr("supervisor", "barge", "1001", "--at", "9001")
    assert (code, "cannot be done here" in err) == (1, True)


def test_a_transfer_goes_to_exactly_one_place(ivr: Ivr, centre: Centre) -> None:
    assert ivr("agent", "transfer", "1001")[0] == 2
    assert ivr("agent", "transfer", "1001", "--group", "vip", "--number", "+8610")[0] == 2
    assert ivr("agent", "transfer", "1001", "--agent", "1002")[0] == 1
    assert centre.audit[-1].after == {"agent": "1001", "to": {"agent": "1002"}}


def test_a_number_that_is_dialled_is_no_place_to_go_to(ivr: Ivr, centre: Centre) -> None:
    ivr("agent", "dial", "1001", "+8610")
    assert centre.audit[-1].after == {"agent": "1001", "number": "+8610"}


def test_a_contact_is_disposed_of_and_another_is_given_priority(ivr: Ivr, centre: Centre) -> None:
    talk = centre.talks(centre.waits("call-1"), "1001")
    code, out, _ = ivr("agent", "dispose", "1001", "solved", "--note", "twice", "--json")
    assert (code, json.loads(out)) == (0, {"contact": talk.contact.id})
    centre.waits("call-2")
    assert ivr("acd", "priority", "call-2", "7.5")[0] == 0
    assert centre.desk.places["call-2"].contact.priority == 7.5


def test_status_shows_groups_agents_and_who_waits(ivr: Ivr, centre: Centre) -> None:
    ivr("agent", "sign-in", "1002")
    ivr("agent", "break", "1002", "lunch")
    centre.waits("call-1")
    centre.now += 75
    code, out, _ = ivr("acd", "status")
    assert code == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "billing 账单组 1 1:15 0 0 1 0 0" in lines
    assert "1002 李雷 on break (lunch) 1:15" in lines
    assert "1001 王芳 logged out" in lines
    assert "call-1:1 13800000000 billing 1:15 1" in lines
    assert lines[-1] == "1 waiting · 1 on break · 1 logged out · plan: draft"
    assert data(ivr("acd", "status", "--json"))["groups"]["billing"]["waiting"] == 1
    assert ivr("acd", "watch")[1] == out  # where there is no terminal to draw on


def test_a_picture_fits_the_terminal(centre: Centre) -> None:
    from ivr.cli.acd.picture import picture

    for number in range(40):
        centre.waits(f"call-{number}")
    status = centre.give("acd.status")
    status["agents"] = {f"{number}": status["agents"]["1001"] for number in range(60)}
    for height in (13, 24, 40):
        console = Console(width=100, height=height)
        with console.capture() as got:
            console.print(picture(status, height))
        assert len(got.get().splitlines()) <= height
    assert "more" in got.get()


def test_a_stranger_s_words_do_not_draw_on_the_terminal(ivr: Ivr, centre: Centre) -> None:
    centre.waits("\x1b[31mcall")
    out = ivr("acd", "status")[1]
    assert "\x1b" not in out


LONG = "a91825c4-594b-4afa-9bb2-5e124e2919aa"


def test_status_says_who_calls_and_a_beginning_of_an_id_is_enough(ivr: Ivr, centre: Centre) -> None:
    centre.names["k1"] = "赵敏"
    centre.waits(LONG, customer="k1")
    centre.waits("b7" + LONG)
    status = ivr("acd", "status")[1]
    assert "a91825c4 13800000000 赵敏 billing" in squeezed(status)
    assert LONG not in status
    assert f"{LONG}:1 (13800000000 赵敏)" in ivr("acd", "explain", "a91825c4")[2]
    assert ivr("acd", "priority", "a91825c4", "3")[0] == 0
    assert centre.desk.places[LONG].contact.priority == 3.0
    (waiting,) = [one for one in data(ivr("acd", "status", "--json"))["contacts"].values() if one["name"]]
    assert (waiting["number"], waiting["name"]) == ("13800000000", "赵敏")


def test_a_beginning_that_several_contacts_have_names_none(ivr: Ivr, centre: Centre) -> None:
    for number in (1, 2):
        centre.waits(f"{LONG}{number}")
    code, _, err = ivr("acd", "explain", LONG[:8])
    assert (code, '2 contacts begin with "a91825c4"' in err) == (1, True)
    out = ivr("acd", "status")[1]
    assert f"{LONG}1" in out
    assert f"{LONG}1:" not in out  # no more of it than is needed


def test_status_shows_whom_an_agent_talks_with_and_what_they_asked_for(ivr: Ivr, centre: Centre) -> None:
    from ivr.cli.acd.picture import picture

    centre.names["k1"] = "赵敏"
    place = centre.waits(LONG, customer="k1")
    ivr("agent", "sign-in", "1001")
    offer = next(iter(centre.give("acd.status")["contacts"][place.contact.id]["offers"]))
    centre.desk.tell(events.OfferConnected(offer))
    centre.talks(place, "1001")
    assert "1001 王芳 busy 0:00 13800000000 赵敏 a91825c4" in squeezed(ivr("acd", "status")[1])
    ivr("agent", "break", "1001", "lunch")
    assert "1001 王芳 busy, then lunch 0:00" in squeezed(ivr("acd", "status")[1])
    ivr("agent", "sign-out", "1001")
    assert "1001 王芳 busy, then logged out 0:00" in squeezed(ivr("acd", "status")[1])
    status = centre.give("acd.status")
    assert (status["agents"]["1001"]["state"], status["agents"]["1001"]["then"]) == ("busy", "logged_out")
    told = {**status["agents"]["1001"], "asks": {"kind": "group", "name": "vip", "there": False}}
    told["listeners"] = [
        {"at": "9001", "mode": "monitor", "there": False},
        {"at": "9002", "mode": "whisper", "there": True},
    ]
    console = Console(width=200)
    with console.capture() as got:
        console.print(picture({**status, "agents": {"1001": told}}))
    assert "a91825c4 · asks group vip (not answered yet) · 9001 rings · 9002 whispers" in squeezed(got.get())


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_what_comes_next_is_told_with_a_waiting_contact(ivr: Ivr, tmp_path: Path) -> None:
    plan = PLAN.replace(
        "agents: [1001, 1002]", "relax: [{after: 30s, require: {billing: 2}}], agents: [1001, 1002]"
    )
    centre = Centre(tmp_path / "control.sock", plan)
    try:
        ivr("agent", "sign-in", "1001")
        ivr("agent", "sign-in", "1002")
        centre.desk.occupied("1001", True)
        centre.waits("call-1")
        centre.now += 10
        assert "in 0:20  billing 2 is enough: 1002 (free)\n" in ivr("acd", "explain", "call-1")[1]
        (coming,) = data(ivr("acd", "explain", "call-1", "--json"))["next"]
        assert (coming["after"], coming["kind"], coming["agents"]) == (20.0, "relax", {"1002": "free"})
    finally:
        centre.stop()


def test_what_was_only_begun_is_not_called_done(ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, Any] = {"says": "rings 9001 (monitor); `ivr acd status` shows what becomes of it"}
    monkeypatch.setattr("ivr.control_client.Control.give", lambda *_, **__: said)
    order = ("supervisor", "monitor", "1001", "--at", "9001")
    assert ivr(*order)[2] == "rings 9001 (monitor); `ivr acd status` shows what becomes of it\n"
    said |= {"before": "whisper", "says": "9001 goes from whisper to monitor"}
    assert ivr(*order)[2] == "9001 goes from whisper to monitor\n"


def test_a_waiting_contact_is_explained(ivr: Ivr, centre: Centre) -> None:
    centre.waits("call-1")
    ivr("agent", "sign-in", "1002")
    code, out, err = ivr("acd", "explain", "call-1")
    assert code == 0
    assert "billing 2 < 3" in out
    assert "call-1:1 (13800000000) has waited for 0:00 in billing" in err
    assert {one["agent"] for one in data(ivr("acd", "explain", "call-1", "--json"))["verdicts"]} == {
        "1001",
        "1002",
    }
    assert ivr("acd", "explain", "nobody")[0] == 1


def test_an_agent_is_shown_with_the_state_where_a_worker_runs(ivr: Ivr, plan: Path, centre: Centre) -> None:
    ivr("agent", "sign-in", "1001")
    assert "available for 0:00" in ivr("agent", "show", "1001")[1]
    assert data(ivr("agent", "show", "1001", "--json"))["state"]["state"] == "available"


def test_without_a_worker_orders_say_so(ivr: Ivr) -> None:
    for words in (("agent", "ready", "1001"), ("acd", "status"), ("acd", "watch"), ("acd", "explain", "x")):
        code, _, err = ivr(*words)
        assert (code, "is `ivr serve` running?" in err) == (1, True)


def test_every_order_has_a_command() -> None:
    from ivr.cli import agent, call, contact, supervisor
    from ivr.routing.orders import TABLE

    rows = [row for module in (agent, call, contact, supervisor) for row in module.ORDERS.values()]
    others = {
        "agent.sign_in",
        "acd.status",
        "acd.explain",
        "contact.priority",
        "call.show",
        "calls.live",
        "flow.try",
    }
    assert {row.order for row in rows} == TABLE.keys() - others


def test_every_command_has_help(ivr: Ivr) -> None:
    from ivr.cli import agent, call, contact, group, supervisor
    from ivr.cli.ordering import WithOrders

    modules = {"agent": agent, "call": call, "contact": contact, "group": group, "supervisor": supervisor}
    for name, module in modules.items():
        assert isinstance(module.command, WithOrders) or name == "group"
        for member in module.command.list_commands(None):
            assert ivr(name, member, "--help")[0] == 0
