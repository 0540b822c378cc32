"""`ivr acd simulate` and `ivr acd staff`, from the command line to what they print."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.cli import run
from ivr.cli.acd import staff
from ivr.cli.acd.supposed import window
from ivr.errors import IvoryError
from ivr.routing.replays import past_of
from ivr.store.records import AgentEventRecord, ContactRecord
from ivr.store.rows import pack
from ivr.store.schema import open_current
from ivr.store.upsert import Upsert

PLAN = """\
groups: {billing: {}, sales: {}}
agents:
  anna: {groups: [billing]}
  bert: {groups: [billing]}
  cleo: {groups: [sales]}
"""
BETTER = PLAN.replace("cleo: {groups: [sales]}", "cleo: {groups: [sales]}\n  dora: {groups: [sales]}")
LOADS = [
    "--load",
    "billing=30/h",
    "--load",
    "sales=20/h",
    "--aht",
    "2m",
    "--aht",
    "sales=fixed(90s)",
    "--patience",
    "1m",
]
SMALL = ["--most", "1000", "--precision", "50%"]
NOON = datetime(2026, 11, 20, 12).astimezone()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_STORE_URL", f"sqlite:///{tmp_path}/ivory.db")
    (tmp_path / "routing.yaml").write_text(PLAN)
    (tmp_path / "draft.yaml").write_text(BETTER)
    return tmp_path


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict]:  # type: ignore[type-arg]
    def tell(*args: str, code: int = 0) -> dict:  # type: ignore[type-arg]
        assert run(["acd", *args, "--json"]) == code
        found = json.loads(capsys.readouterr().out)
        return {"steps": found} if isinstance(found, list) else dict(found)

    return tell


def test_the_plan_of_the_settings_is_simulated(told: Callable[..., dict]) -> None:  # type: ignore[type-arg]
    found = told("simulate", *LOADS, *SMALL)
    groups = found["plans"][0]["groups"]
    assert groups["sales"]["aht"]["value"] == pytest.approx(90.0)
    assert groups["billing"]["aht"]["value"] == pytest.approx(120.0, rel=0.2)
    assert set(groups["all"]["service_levels"]) == {"F1", "F2", "F3", "F4", "F5"}
    assert set(found["plans"][0]["agents"]) == {"anna", "bert", "cleo"}


def test_two_plans_are_compared_and_drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["acd", "simulate", *LOADS, *SMALL, "--against", "draft.yaml", "--chart", "c.svg"]) == 0
    printed = capsys.readouterr()
    assert "draft minus routing, on the same contacts" in printed.out
    assert "dora" in printed.out
    picture = ElementTree.parse(folder / "c.svg").getroot()
    words = ["".join(each.itertext()) for each in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"routing", "draft", "billing", "sales", "all"} <= set(words)


def test_a_group_without_a_plan_is_said_by_its_agents(told: Callable[..., dict]) -> None:  # type: ignore[type-arg]
    found = told("simulate", "--load", "60/h", "--aht", "1m", "--agents", "3", *SMALL)
    assert found["plans"][0]["name"] == "3 agents"
    assert found["plans"][0]["groups"]["all"]["waits"]["value"] < 0.3


def test_too_few_agents_end_with_a_warning_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["acd", "simulate", "--load", "3/m", "--aht", "1m", "--agents", "2", "--most", "3000"]) == 1
    assert "the queue only grows" in capsys.readouterr().err


def test_a_scenario_file_says_the_whole_day(folder: Path, told: Callable[..., dict]) -> None:  # type: ignore[type-arg]
    (folder / "day.yaml").write_text(
        "loads: {billing: {rates: {0s: 1/m, 30m: 0/m}, aht: fixed(1m)}}\nlength: 1h\n"
    )
    found = told("simulate", "--scenario", "day.yaml", *SMALL)
    assert found["contacts"] / found["batches"] == pytest.approx(30, rel=0.3)


def test_recorded_days_are_played_again(folder: Path, told: Callable[..., dict]) -> None:  # type: ignore[type-arg]
    def contact(number: int, waited: float, disposition: str) -> ContactRecord:
        talk = 60.0 if disposition == "answered" else None
        return ContactRecord(
            str(number), NOON + timedelta(seconds=20 * number), group="sales", disposition=disposition,
            waited=waited, talk=talk, hold=5.0 if talk else None, wrap_up=0.0 if talk else None,
        )  # fmt: skip

    past = [contact(number, 10.0, "abandoned" if number % 4 == 3 else "answered") for number in range(20)]
    outward = ContactRecord("out", NOON, direction="out", group="sales", waited=0.0, disposition="answered")
    there = AgentEventRecord("cleo", NOON - timedelta(hours=1), "available")
    with open_current(f"sqlite:///{folder}/ivory.db") as store:
        Upsert(store)([pack(there), *(pack(each) for each in (*past, outward))])
    found = told("simulate", "--replay", "2026-11-20", "--against", "draft.yaml", *SMALL)
    assert found["contacts"] % 20 == 0
    sales = found["plans"][0]["groups"]["sales"]
    assert sales["aht"]["value"] == pytest.approx(65.0)
    assert found["differences"]["sales"]["asa"]["value"] < 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--load", "3/m", "--aht", "1m"], "--load billing=3/m"),
        (["--load", "biling=3/m", "--aht", "1m"], "it has billing, sales"),
        (["--load", "billing=3", "--aht", "1m"], "write 200/h or 3.3/m"),
        (["--load", "billing=3/m"], "add --aht 3m"),
        (["--replay", "2026-11-21..20"], "the earlier day comes first"),
        (["--replay", "yesterday"], "write 2026-11-20 or 2026-11-20..21"),
        (["--replay", "2026-11-31"], "write 2026-11-20 or 2026-11-20..21"),
        (["--load", "billing=3/m", "--aht", "1m", "--missing", "0.2"], "write 10%"),
        ([], "who comes?"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_way_out(
    args: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["acd", "simulate", *args]) != 0
    assert message in capsys.readouterr().err


def test_days_are_those_of_this_machine_the_last_one_included() -> None:
    since, until = window("2026-11-20..21")
    assert (since.tzinfo, until - since) == (UTC, timedelta(days=2))
    assert window("2026-11-30..2026-12-01")[1] - window("2026-11-30")[0] == timedelta(days=2)


def test_a_contact_that_overflowed_comes_to_where_it_came_first() -> None:
    record = ContactRecord("1", NOON, group="b", passed=("a",), waited=3.0, disposition="answered", talk=9.0)
    past = past_of(record)
    assert past is not None
    assert (past.group, past.talk, past.abandoned) == ("a", 9.0, False)


def test_how_many_agents_it_takes(told: Callable[..., dict]) -> None:  # type: ignore[type-arg]
    found = told("staff", "--load", "200/h", "--aht", "4m", "--patience", "2m", "--shrinkage", "30%")
    assert (found["erlang_c"]["agents"], found["erlang_c"]["paid"]) == (17, 25)
    assert (found["erlang_a"]["agents"], found["erlang_a"]["paid"]) == (16, 23)


def test_the_table_of_agents_marks_no_row_that_has_no_steady_state(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["acd", "staff", "--load", "200/h", "--aht", "4m"]) == 0
    printed = capsys.readouterr().out
    assert "17 agents (Erlang C, nobody hangs up)" in printed
    assert "\n    13 " not in printed


def test_the_group_that_lacks_people_gets_them(
    told: Callable[..., dict],  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(staff, "_CONTACTS", 1500)
    loads = ["--load", "billing=5/h", "--load", "sales=20/h", "--aht", "90s"]
    steps = told("staff", "routing.yaml", *loads, "--most", "3")["steps"]
    assert steps[0]["missing"] == ["sales"]
    assert (steps[-1]["added"], steps[-1]["missing"]) == ({"sales": 1}, [])
    assert (steps[-1]["agents"], steps[-1]["paid"]) == (4, 4)


def test_with_a_plan_the_target_and_paid_time_are_what_was_said(
    told: Callable[..., dict],  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(staff, "_CONTACTS", 1500)
    words = ("staff", "routing.yaml", "--load", "billing=5/h", "--load", "sales=20/h", "--aht", "90s")
    easy = told(*words, "--target", "30/60", "--shrinkage", "25%")["steps"]
    assert [(step["added"], step["agents"], step["paid"]) for step in easy] == [({}, 3, 4)]
    assert run(["acd", *words, "--target", "30/60", "--shrinkage", "25%"]) == 0
    assert capsys.readouterr().out.endswith("\nso 3 agents, 4 paid (the 3 of the plan)\n")
    assert run(["acd", *words, "--target", "80"]) == 1
    assert run(["acd", *words, "--occupancy", "85%"]) == 2
    assert "--occupancy is for the formulas" in capsys.readouterr().err


def test_wrap_up_comes_on_top_of_the_handling_time_and_is_told(
    folder: Path,
    told: Callable[..., dict],  # type: ignore[type-arg]
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "notes.yaml").write_text(PLAN.replace("sales: {}", "sales: {wrap_up: 20s}"))
    words = ("simulate", "notes.yaml", "--load", "sales=10/h", "--aht", "fixed(60s)", *SMALL)
    for more, aht in (((), 80.0), (("--wrap-up", "0s"), 60.0), (("--wrap-up", "fixed(5s)"), 65.0)):
        found = told(*words, *more)["plans"][0]["groups"]
        assert found["sales"]["aht"]["value"] == pytest.approx(aht)
    run(["acd", *words])
    assert "wrap-up of the plan on top of --aht: sales 20 s" in capsys.readouterr().err
    run(["acd", *words, "--wrap-up", "0s"])
    assert "on top" not in capsys.readouterr().err


def test_wrap_up_comes_on_top_in_the_formulas_too(told: Callable[..., dict]) -> None:  # type: ignore[type-arg]
    found = told("staff", "--load", "200/h", "--aht", "3m", "--wrap-up", "1m")
    assert found == told("staff", "--load", "200/h", "--aht", "4m")


def test_a_target_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(IvoryError):
        window("")
    assert run(["acd", "staff", "--load", "2/m", "--aht", "1m", "--target", "120/20"]) == 1
    assert "write 80/20" in capsys.readouterr().err
