"""A call is connected with a channel that is there already: an agent's leg."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.call import Bridged, BridgeEnded, Music, PlayEnded
from ivr.errors import CallEnded, CommandFailed, IvoryError
from ivr.esl import keeping
from ivr.esl.wire import Event
from tests.unit.esl.scenes import UUID, Scene, event, park, turns

LEG = "5e6f0000-0000-4000-8000-00000000000b"
OTHER = "5e6f0000-0000-4000-8000-00000000000c"


def history(*legs: str) -> str:
    """The channel variable of transfers, as `uuid_bridge` writes it."""
    entries = [f"1795339034:{number}:uuid_br:{leg}" for number, leg in enumerate(legs)]
    return entries[0] if len(entries) == 1 else "ARRAY::" + "|:".join(entries)


def bridge(scene: Scene, *legs: str) -> None:
    scene.call.handle(
        event("CHANNEL_BRIDGE", {"Bridge-B-Unique-ID": legs[-1], "variable_transfer_history": history(*legs)})
    )


def parked(scene: Scene, transfers: str) -> None:
    scene.call.handle(event("CHANNEL_PARK", {"variable_transfer_history": transfers} if transfers else {}))


def test_music_ends_and_the_two_are_joined_so_that_the_caller_stays_whatever_happens(scene: Scene) -> None:
    scene.call.play([Music()])
    scene.carrier_begins()
    scene.call.connect(LEG)
    sent = scene.line.sent
    assert sent[-1] == f"uuid_bridge {UUID} {LEG}"
    assert sent[-2] == f"uuid_break {UUID} all"
    assert f"ivr_doing=connect {LEG}" in sent[-3]
    for needed in ("park_after_bridge=true", "uuid_bridge_park_on_cancel=true", "api_after_bridge=sched_api"):
        assert needed in sent[-3]
    assert scene.line.stopped == ["local_stream://default"]
    assert scene.told() == [PlayEnded(1, complete=False)]


def test_a_talk_begins_and_ends(scene: Scene) -> None:
    scene.call.connect(LEG)
    bridge(scene, LEG)
    assert scene.told() == [Bridged()]
    parked(scene, history(LEG))
    (ended,) = scene.told()
    assert isinstance(ended, BridgeEnded)
    assert ended.result == "answered"


def test_an_agent_who_dies_on_the_way_leaves_the_caller_with_the_flow(scene: Scene) -> None:
    scene.call.connect(LEG)
    parked(scene, history(LEG))
    assert [each.result for each in scene.told() if isinstance(each, BridgeEnded)] == ["failed"]


def test_an_agent_who_is_gone_before(scene: Scene) -> None:
    scene.call.connect(LEG)
    scene.refuse("uuid_bridge", "-ERR Invalid uuid")
    assert [each.result for each in scene.told() if isinstance(each, BridgeEnded)] == ["failed"]
    scene.call.play([Music()])
    assert scene.line.carriers, "what sounds needs a carrier, which the break took away"


def test_a_park_from_before_is_not_taken_for_the_end(scene: Scene) -> None:
    scene.call.connect(LEG)
    parked(scene, "")
    assert scene.told() == []


def test_the_carrier_that_is_interrupted_is_no_transfer(scene: Scene) -> None:
    scene.call.play([Music()])
    scene.carrier_begins()
    scene.call.connect(LEG)
    scene.complete("playback", "silence_stream://-1", scene.line.carriers[0], transfer_history=history(LEG))
    assert not scene.call.moved


def test_who_is_taken_elsewhere_out_of_a_talk_is_no_longer_ours(scene: Scene) -> None:
    scene.call.connect(LEG)
    bridge(scene, LEG)
    elsewhere = f"ARRAY::{history(LEG)}|:1795339040:9:bl_xfer:2000/public/XML"
    scene.call.handle(event("CHANNEL_UNBRIDGE", {"variable_transfer_history": elsewhere}))
    assert scene.call.moved
    with pytest.raises(CallEnded):
        list(iter(lambda: scene.call.wait(0), None))


def test_a_talk_goes_over_to_somebody_else_without_an_end(scene: Scene) -> None:
    scene.call.connect(LEG)
    bridge(scene, LEG)
    scene.call.connect(OTHER)
    scene.call.handle(event("CHANNEL_UNBRIDGE", {"variable_transfer_history": history(LEG, OTHER)}))
    bridge(scene, LEG, OTHER)
    assert scene.told() == [Bridged(), Bridged()]
    assert not scene.call.moved


def test_what_the_switch_knows_is_not_said_twice(scene: Scene) -> None:
    scene.call.connect(LEG)
    parked(scene, history(LEG))
    before = len(scene.line.sent)
    scene.call.connect(OTHER)
    assert not any("park_after_bridge" in sent for sent in scene.line.sent[before:])


def test_a_call_that_records_is_not_connected(scene: Scene) -> None:
    scene.call.record("message", max_seconds=10, silence_seconds=0)
    with pytest.raises(IvoryError, match="busy with: record"):
        scene.call.connect(LEG)


def test_no_timer_runs_out_on_people_who_talk(scene: Scene) -> None:
    scene.call.connect(LEG)
    assert scene.call.guard(15) == ()


# The worker, or the line, was away --------------------------------------------------------------------


def left_behind(**variables: str) -> Event:
    return park(**{keeping.DOING: f"connect {LEG}", "bridge_uuid": LEG, **variables})


def test_a_talk_that_goes_on_is_taken_up(tmp_path: Path) -> None:
    scene = Scene(tmp_path, arrival=left_behind(bridge_to=LEG, last_bridge_to=LEG))
    scene.line.lives.add(LEG)
    turns()
    assert (scene.call.going_on, scene.call.going_on_with) == ("connect", LEG)
    assert scene.told() == [Bridged()]


def test_a_talk_that_ended_while_nobody_looked_has(tmp_path: Path) -> None:
    scene = Scene(tmp_path, arrival=left_behind(last_bridge_to=LEG))
    turns()
    told = scene.told()
    assert [each.result for each in told if isinstance(each, BridgeEnded)] == ["answered"]


def test_a_talk_that_began_and_ended_while_the_line_was_away(scene: Scene) -> None:
    scene.call.connect(LEG)
    scene.line.goes()
    scene.back(park(bridge_uuid=LEG, last_bridge_to=LEG, transfer_history=history(LEG)))
    told = scene.told()
    assert told[0] == Bridged()
    assert [each.result for each in told if isinstance(each, BridgeEnded)] == ["answered"]


def test_a_talk_that_goes_on_after_the_line_was_away_is_left_alone(scene: Scene) -> None:
    scene.call.connect(LEG)
    bridge(scene, LEG)
    scene.line.lives.add(LEG)
    scene.line.goes()
    sent = len(scene.line.sent)
    scene.back(park(bridge_uuid=LEG, bridge_to=LEG, last_bridge_to=LEG, transfer_history=history(LEG)))
    assert scene.told() == [Bridged()]
    assert scene.line.sent[sent:] == [f"uuid_exists {LEG}"]


def test_a_dialplan_that_comes_to_its_park_on_the_way_is_no_end(scene: Scene) -> None:
    """What was broken off for the talk was the dialplan's own sound, and its `park` came next: FreeSWITCH
    had noted the talk to come by then."""
    scene.call.connect(LEG)
    park_of_before = {"variable_transfer_history": history(LEG), "Channel-State": "CS_EXECUTE"}
    scene.call.handle(event("CHANNEL_PARK", park_of_before))
    assert scene.told() == []
    bridge(scene, LEG)
    assert scene.told() == [Bridged()]
    scene.call.handle(event("CHANNEL_PARK", {**park_of_before, "Channel-State": "CS_PARK"}))
    (ended,) = scene.told()
    assert isinstance(ended, BridgeEnded)


def test_whoever_connects_is_told_when_the_switch_does_not_even_try(scene: Scene) -> None:
    refused: list[str] = []
    scene.call.connect(LEG, lambda: refused.append(LEG))
    scene.line.refuse("uuid_bridge", CommandFailed("-ERR Invalid uuid"))
    assert refused == [LEG]
