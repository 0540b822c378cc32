"""The folder of flows: what may serve, what an edit does, and what a live call keeps."""

from __future__ import annotations

import os
import time
from pathlib import Path

import gevent
import pytest
from structlog.testing import capture_logs

from ivr.errors import IvoryError
from ivr.flow import heard
from ivr.flow.scripted import Press, ScriptedCall
from ivr.runtime import reading
from ivr.runtime.drafts import Drafts
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey
from ivr.runtime.library import Library
from ivr.runtime.reading import Flows
from ivr.runtime.trials import HOLDS, MOST, Trials
from tests.calls import Services

GOOD = "id: {id}\nlanguages: [en-US]\nnodes: {{a: {{type: play, prompt: {words}, next: end}}}}\n"
OVER = "id: {id}\nlanguages: [en-US]\nnodes: {{a: {{type: play, prompt: Hello., next: 'flow:{other}'}}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def flows(folder: Path) -> Library:
    return Library(Drafts(folder, folder / "sounds"))


def write(folder: Path, flow: str, text: str) -> None:
    """Write a flow, with a stamp of its own however quickly it follows the last one."""
    path = folder / f"{flow}.yaml"
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def good(folder: Path, flow: str, words: str = "Hello.") -> None:
    write(folder, flow, GOOD.format(id=flow, words=words))


def words(flows: Library, flow: str) -> str:
    call = ScriptedCall()
    Engine(call, flows.flows, flow, Services(), Journey()).run()
    return call.heard


# Reading ----------------------------------------------------------------------------------------------


def test_a_flow_with_an_error_and_all_that_lead_to_it_do_not_serve(folder: Path) -> None:
    good(folder, "good")
    write(folder, "a", OVER.format(id="a", other="b"))
    write(folder, "b", OVER.format(id="b", other="broken"))
    write(folder, "broken", "id: broken\nnodes: {a: {type: play, prompt: Hello., next: nowhere}}")
    found = reading.read(reading.files(folder))
    assert set(found.flows) == {"good"}
    assert [(Path(one.place.file).name, one.code) for one in found.errors] == [
        ("broken.yaml", "F201"),
        ("b.yaml", "F202"),
        ("a.yaml", "F202"),
    ]


def test_a_subflow_with_an_error_takes_its_callers_along(folder: Path) -> None:
    write(folder, "a", "id: a\nnodes: {s: {type: subflow, flow: b, next: end}}")
    write(folder, "b", "id: b\nnodes: {a: {type: play, prompt: Hello., next: nowhere}}")
    assert not reading.read(reading.files(folder)).flows


def test_of_two_flows_of_one_name_the_first_serves(folder: Path) -> None:
    good(folder, "one")
    write(folder, "two", GOOD.format(id="one", words="Other."))
    found = reading.read(reading.files(folder))
    assert found.flows["one"].file.endswith("one.yaml")
    assert [one.code for one in found.errors] == ["F213"]


def test_a_warning_keeps_no_flow_from_serving(folder: Path) -> None:
    write(folder, "a", GOOD.format(id="a", words="Hello.") + "vars: {x: null}\n")
    assert set(reading.read(reading.files(folder)).flows) == {"a"}


def test_a_sound_that_is_not_there_is_found(folder: Path) -> None:
    write(folder, "a", GOOD.format(id="a", words="{audio: thanks.wav}"))
    (folder / "sounds").mkdir()
    assert [one.code for one in reading.read(reading.files(folder), folder / "sounds").errors] == ["F210"]
    (folder / "sounds/thanks.wav").touch()
    assert not reading.read(reading.files(folder), folder / "sounds").findings


def test_a_file_that_cannot_be_read_is_a_finding(folder: Path) -> None:
    (folder / "a.yaml").symlink_to(folder / "a.yaml")
    found = reading.read([folder / "a.yaml"])
    assert [one.code for one in found.errors] == ["F099"]


def test_only_yaml_files_are_flows(folder: Path) -> None:
    good(folder, "a")
    (folder / "notes.txt").write_text("no flow")
    (folder / "folder.yaml").mkdir()
    assert [path.name for path in reading.files(folder)] == ["a.yaml"]


# Edits ------------------------------------------------------------------------------------------------


def test_nothing_is_read_again_that_did_not_change(folder: Path, flows: Library) -> None:
    good(folder, "a")
    assert flows.refresh()
    before = flows.flows
    assert not flows.refresh()
    assert flows.flows is before


def test_new_calls_get_an_edit_and_a_live_call_keeps_its_version(folder: Path, flows: Library) -> None:
    menu = "id: a\nlanguages: [en-US]\ndefaults: {outcomes: {exhausted: end}}\n"
    menu += "nodes: {m: {type: menu, prompt: M., options: {1: b}},"
    write(folder, "a", f"{menu} b: {{type: play, prompt: Old., next: end}}}}")
    flows.refresh()

    class Edits(ScriptedCall):
        """A caller during whose call the flow is edited."""

        def play(self, pieces: object) -> int:
            write(folder, "a", f"{menu} b: {{type: play, prompt: Brand new., next: end}}}}")
            flows.refresh()
            return super().play(pieces)  # type: ignore[arg-type]

    live = Edits([Press("1")])
    Engine(live, flows.flows, "a", Services(), Journey()).run()
    assert live.heard == "M. Old."
    later = ScriptedCall([Press("1")])
    Engine(later, flows.flows, "a", Services(), Journey()).run()
    assert later.heard == "M. Brand new."


def test_a_broken_edit_is_logged_and_leaves_the_last_good_flow(folder: Path, flows: Library) -> None:
    good(folder, "a", "Old.")
    flows.refresh()
    write(folder, "a", "id: a\nnodes: {a: {type: plai}}")
    with capture_logs() as logs:
        assert flows.refresh()
    assert words(flows, "a") == "Old."
    assert any("F102" in str(line.get("finding")) and line["log_level"] == "error" for line in logs)
    good(folder, "a", "Mended.")
    flows.refresh()
    assert words(flows, "a") == "Mended."


def test_a_flow_that_never_was_good_does_not_serve(folder: Path, flows: Library) -> None:
    write(folder, "a", "id: a\nnodes: {a: {type: plai}}")
    flows.refresh()
    assert not flows.flows


def test_a_deleted_flow_serves_no_more(folder: Path, flows: Library) -> None:
    good(folder, "a")
    good(folder, "b")
    flows.refresh()
    (folder / "a.yaml").unlink()
    flows.refresh()
    assert set(flows.flows) == {"b"}


def test_a_flow_that_lost_what_it_leads_to_keeps_its_last_good_version_and_that(
    folder: Path, flows: Library
) -> None:
    write(folder, "a", OVER.format(id="a", other="b"))
    good(folder, "b", "There.")
    flows.refresh()
    (folder / "b.yaml").unlink()
    flows.refresh()
    assert words(flows, "a") == "Hello. There."


def test_a_renamed_file_is_the_same_flow(folder: Path, flows: Library) -> None:
    good(folder, "a")
    flows.refresh()
    (folder / "a.yaml").rename(folder / "b.yaml")
    flows.refresh()
    assert flows.flows["a"].file.endswith("b.yaml")


def test_a_folder_that_vanishes_is_said_once_and_calls_are_served(folder: Path) -> None:
    inner = folder / "flows"
    inner.mkdir()
    good(inner, "a")
    flows = Library(Drafts(inner, folder))
    flows.refresh()
    inner.rename(folder / "away")
    with pytest.raises(IvoryError, match="no folder of flows"):
        flows.refresh()
    assert not flows.refresh()
    assert set(flows.flows) == {"a"}
    (folder / "away").rename(inner)
    assert not flows.refresh()
    inner.rename(folder / "away")
    with pytest.raises(IvoryError):
        flows.refresh()


def test_a_file_in_place_of_the_folder_is_said(folder: Path) -> None:
    (folder / "flows").touch()
    with pytest.raises(IvoryError, match="cannot be read"):
        Library(Drafts(folder / "flows", folder)).refresh()


def test_who_prepares_sounds_is_told_before_calls_get_the_flows(folder: Path) -> None:
    told: list[tuple[Flows, Flows]] = []

    def tell(new: Flows) -> None:
        told.append((new, library.flows))

    library = Library(Drafts(folder, folder), on_change=tell)
    good(folder, "a")
    library.refresh()
    assert [(set(new), set(old)) for new, old in told] == [({"a"}, set())]


def test_equal_content_is_the_same_version(folder: Path, flows: Library) -> None:
    good(folder, "a", "One.")
    flows.refresh()
    first = flows.flows["a"].version
    good(folder, "a", "Two.")
    flows.refresh()
    second = flows.flows["a"].version
    good(folder, "a", "One.")
    flows.refresh()
    assert flows.flows["a"].version == first != second


def test_other_calls_do_not_wait_while_a_large_flow_is_checked(folder: Path, flows: Library) -> None:
    nodes = "\n".join(f"  n{i}: {{type: play, prompt: Number {i}., next: n{i + 1}}}" for i in range(1500))
    write(folder, "a", f"id: a\nlanguages: [en-US]\nnodes:\n{nodes}\n  n1500: {{type: hangup}}")
    lags: list[float] = []

    def beat() -> None:
        while True:
            began = time.monotonic()
            gevent.sleep(0.005)
            lags.append(time.monotonic() - began - 0.005)

    beating = gevent.spawn(beat)
    flows.refresh()
    beating.kill()
    assert "a" in flows.flows
    assert len(lags) > 10
    assert sorted(lags)[len(lags) * 9 // 10] < 0.1


# Choosing ---------------------------------------------------------------------------------------------


def test_a_call_gets_the_flow_it_names_or_else_that_of_its_number(folder: Path, flows: Library) -> None:
    good(folder, "a")
    write(folder, "b", GOOD.format(id="b", words="Hello.") + 'numbers: ["95598", "+861012345678"]\n')
    flows.refresh()
    chosen = [
        flows.choose(*wish) for wish in (("a", "95598"), ("", "95598"), ("", "01012345678"), ("x", "1"))
    ]
    assert [one.start if one else None for one in chosen] == ["a", "b", "b", None]


def test_constant_sentences_are_known_before_any_call(folder: Path, flows: Library) -> None:
    write(
        folder,
        "a",
        """
        id: a
        languages: [en-US, zh-CN]
        vars: {n: 1}
        prompts: {bye: {en-US: Goodbye., zh-CN: 再见。}}
        nodes:
          a:
            type: menu
            prompt:
              en-US: ["You owe {{ n }} euro.", {say: 中文, language: zh-CN}, bye]
              zh-CN: [您欠, {audio: x.wav}]
            nomatch: Sorry.
            options: {1: end}
            outcomes: {exhausted: end}
        """,
    )
    (folder / "sounds").mkdir()
    (folder / "sounds/x.wav").touch()
    flows.refresh()
    spoken = {(speech.text, speech.language) for speech in heard.constant_speeches(flows.flows)}
    assert spoken == {
        ("You owe", "en-US"),
        ("euro.", "en-US"),
        ("中文", "zh-CN"),
        ("您欠", "zh-CN"),
        ("Goodbye.", "en-US"),
        ("再见。", "zh-CN"),
        ("Sorry.", "en-US"),
        ("Sorry.", "zh-CN"),
    }
    assert heard.recorded_sounds(flows.flows) == ["x.wav"]


# Trials -----------------------------------------------------------------------------------------------


def test_a_draft_is_heard_by_a_name_of_its_own_for_a_minute(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    flows = Library(Drafts(folder, folder / "sounds"), serve_drafts=False)
    good(folder, "hotline")
    number, version = flows.trial("hotline")
    assert flows.choose("hotline", "") is None
    entry = flows.choose("", number)
    assert entry is not None
    assert (entry.start, entry.flows["hotline"].version) == ("hotline", version)
    assert flows.resume(version, "hotline")["hotline"].version == version
    now[0] = HOLDS
    assert flows.choose("", number) is None


def test_what_was_written_this_moment_is_heard(folder: Path) -> None:
    flows = Library(Drafts(folder, folder / "sounds"))
    good(folder, "hotline")
    _, before = flows.trial("hotline")
    good(folder, "hotline", "Good day.")
    assert flows.trial("hotline")[1] != before


def test_a_draft_with_mistakes_is_not_heard_as_it_was_before(folder: Path) -> None:
    flows = Library(Drafts(folder, folder / "sounds"))
    good(folder, "hotline")
    flows.refresh()
    write(folder, "hotline", "id: hotline\nnodes: {}\n")
    with pytest.raises(IvoryError, match="has mistakes"):
        flows.trial("hotline")
    with pytest.raises(IvoryError, match="no draft"):
        flows.trial("hotlin")


def test_so_many_names_hold_and_no_more() -> None:
    trials: Trials[int] = Trials(lambda: 0.0)
    first, *_, last = [trials.give(number) for number in range(MOST + 1)]
    assert (trials.find(first), trials.find(last)) == (None, MOST)
