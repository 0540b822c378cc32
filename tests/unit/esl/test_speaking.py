"""What a caller hears: sounds laid over a silence without end, given events as the switch sends them."""

from __future__ import annotations

from pathlib import Path

import gevent
import pytest

from ivr.call import Audio, Music, Piece, PlayEnded, RecordEnded, SecretRule, Silence, Speech, Target, Tone
from ivr.errors import CallEnded, CommandFailed, CommandTimeout, ConnectionLost, SpeechError, SwitchError
from ivr.esl.commands import CARRIER
from ivr.esl.sounds import Reel
from ivr.esl.speaking import COMES, MAX_RESTARTS
from tests.unit.esl.scenes import GONE, HEADERS, UUID, Scene, Sentence, event, park, prompt, turns

BREAK = f"uuid_break {UUID}"
BUGLIST = f"uuid_buglist {UUID}"
DIALPLANS = "7b0f8a52-0000-4000-8000-0000000000d1"
"""The UUID that FreeSWITCH gave to the dialplan's own carrier."""

CARRIED = park(current_application="playback", current_application_data=CARRIER)


def run(scene: Scene, application: str) -> None:
    """Let the call run an application that is no playback."""
    match application:
        case "record":
            scene.call.record("a", max_seconds=5, silence_seconds=0)
        case "play_and_get_digits":
            scene.call.secret([], SecretRule(4, 6))
        case "bridge":
            scene.call.bridge(Target("extension", "1001"))


# One sound after the other -------------------------------------------------------------------------------


def test_the_carrier_is_begun_once_and_before_the_first_sound(scene: Scene) -> None:
    scene.say("one")
    assert scene.line.sent[0] == f"playback {CARRIER}"
    assert scene.line.started == [prompt("one")]
    scene.carrier_begins()
    scene.over(prompt("one"))
    scene.say("two")
    assert scene.line.applications == ["playback"]


def test_each_piece_follows_when_the_one_before_is_over(scene: Scene) -> None:
    pieces: list[Piece] = [Speech("a", "en-US"), Silence(0.5), Tone("%(400,0,850)"), Music("moh")]
    play = scene.call.play(pieces)
    sounds = [prompt("a"), "silence_stream://500", "tone_stream://%(400,0,850)", "local_stream://moh"]
    for count, sound in enumerate(sounds, 1):
        assert scene.line.started == sounds[:count]
        assert scene.told() == []
        scene.over(sound)
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_the_end_of_another_sound_is_no_end(scene: Scene) -> None:
    scene.say("one")
    scene.over("/recordings/all.wav")
    assert scene.told() == []


def test_the_carrier_runs_while_the_first_sentence_is_still_being_spoken(scene: Scene) -> None:
    scene.voice.sentences["slow"] = Sentence()
    scene.say("slow")
    assert len(scene.line.carriers) == 1
    assert scene.line.started == []
    scene.voice.sentences["slow"].finish(Path("/prompts/slow.wav"))
    turns()
    assert scene.line.started == [prompt("slow")]


def test_the_beginning_of_a_sentence_is_heard_while_the_rest_is_spoken(scene: Scene) -> None:
    scene.voice.sentences["12.50"] = Sentence()
    play = scene.say("You owe", "12.50", "today")
    scene.over(prompt("You owe"))
    assert scene.told() == []
    scene.voice.sentences["12.50"].finish(Path("/prompts/12.50.wav"))
    turns()
    scene.over(prompt("12.50"))
    scene.over(prompt("today"))
    assert scene.line.started == [prompt("You owe"), prompt("12.50"), prompt("today")]
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_who_reads_events_never_waits_for_a_sentence(scene: Scene) -> None:
    scene.voice.sentences["slow"] = Sentence()
    scene.say("one", "slow")
    with gevent.Timeout(5):
        reader = gevent.spawn(
            scene.call.handle, event("MEDIA_BUG_STOP", {"Media-Bug-Target": "/prompts/one.wav"})
        )
        gevent.sleep(0)
        assert reader.dead


def test_a_sentence_that_cannot_be_spoken_is_left_out_and_counted(scene: Scene) -> None:
    scene.voice.sentences["bad"] = Sentence(error=SpeechError("no engine"))
    before = Reel.failures["speech"]
    scene.say("one", "bad", "two")
    scene.over(prompt("one"))
    assert scene.line.started == [prompt("one"), prompt("two")]
    assert Reel.failures["speech"] == before + 1


def test_a_prompt_of_which_nothing_can_be_had_ends_at_once(scene: Scene) -> None:
    play = scene.call.play([Audio("missing.wav")])
    assert scene.told() == [PlayEnded(play, complete=True)]
    assert scene.line.started == []


def test_the_same_sound_can_be_heard_twice_in_a_row(scene: Scene) -> None:
    play = scene.say("one", "one")
    scene.over(prompt("one"))
    assert scene.line.started == [prompt("one"), prompt("one")]
    assert scene.told() == []
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_a_fault_in_a_rendering_ends_a_prompt_rather_than_leaving_the_flow_to_wait(scene: Scene) -> None:
    scene.voice.sentences["12.50"] = Sentence()
    play = scene.say("You owe", "12.50")
    scene.over(prompt("You owe"))
    scene.voice.sentences["12.50"].finish(error=ValueError("a fault"))
    turns()
    assert scene.told() == [PlayEnded(play, complete=False)]


# Stopping -----------------------------------------------------------------------------------------------


def test_stopping_ends_the_sound_and_not_the_carrier_and_need_not_wait(scene: Scene) -> None:
    play = scene.say("one", "two")
    scene.call.stop()
    assert scene.line.stopped == [prompt("one")]
    assert scene.line.breaks == []
    assert scene.told() == [PlayEnded(play, complete=False)]
    scene.over(prompt("one"))
    assert scene.line.started == [prompt("one")]
    assert scene.told() == []


def test_stopping_twice_or_nothing_does_nothing(scene: Scene) -> None:
    scene.call.stop()
    scene.say("one")
    scene.call.stop()
    scene.told()
    scene.call.stop()
    assert scene.line.stopped == [prompt("one")]
    assert scene.told() == []


def test_what_is_played_next_stops_what_sounds(scene: Scene) -> None:
    first, _ = scene.say("one"), scene.say("two")
    displaced = [call for call in scene.line.sent if call.startswith("uuid_displace ")]
    assert [call.split()[2:4] for call in displaced] == [
        ["start", prompt("one")],
        ["stop", prompt("one")],
        ["start", prompt("two")],
    ]
    assert scene.told() == [PlayEnded(first, complete=False)]


def test_the_end_of_a_stopped_sound_is_not_that_of_the_same_one_begun_anew(scene: Scene) -> None:
    first, again = scene.say("one"), scene.say("one")
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(first, complete=False)]
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(again, complete=True)]


def test_stopping_a_sentence_still_being_spoken_sends_nothing(scene: Scene) -> None:
    scene.voice.sentences["slow"] = Sentence()
    play = scene.say("slow")
    scene.call.stop()
    assert scene.told() == [PlayEnded(play, complete=False)]
    scene.voice.sentences["slow"].finish(Path("/prompts/slow.wav"))
    turns()
    assert scene.line.started == scene.line.stopped == []


def test_stopping_between_two_pieces_stops_neither(scene: Scene) -> None:
    scene.voice.sentences["slow"] = Sentence()
    play = scene.say("one", "slow")
    scene.over(prompt("one"))
    scene.call.stop()
    scene.voice.sentences["slow"].finish(Path("/prompts/slow.wav"))
    turns()
    assert scene.line.stopped == []
    assert scene.line.started == [prompt("one")]
    assert scene.told() == [PlayEnded(play, complete=False)]


def test_a_hangup_ends_everything_and_the_sounds_ends_that_follow_begin_nothing(scene: Scene) -> None:
    scene.say("one", "two")
    scene.carrier_begins()
    sent = list(scene.line.sent)
    scene.hangs_up()
    scene.carrier_ends()
    scene.over(prompt("one"))
    scene.over(prompt("one"))
    with pytest.raises(CallEnded):
        scene.call.wait(0)
    assert scene.line.sent == sent


# What FreeSWITCH refuses ----------------------------------------------------------------------------------


def test_a_sound_that_freeswitch_refuses_is_left_out_and_counted(scene: Scene) -> None:
    before = Reel.failures["audio"]
    play = scene.say("one", "two")
    scene.refuse("uuid_displace")
    assert Reel.failures["audio"] == before + 1
    assert scene.line.started == [prompt("one"), prompt("two")]
    scene.over(prompt("two"))
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_a_prompt_whose_only_sound_is_refused_is_over(scene: Scene) -> None:
    play = scene.say("one")
    scene.refuse("uuid_displace")
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_the_refusal_of_a_stopped_sound_does_not_end_the_next(scene: Scene) -> None:
    scene.say("one")
    scene.say("one")
    scene.told()
    scene.refuse("uuid_displace")
    assert scene.told() == []
    assert scene.line.started == [prompt("one")] * 2


def test_a_call_that_is_gone_ends(scene: Scene) -> None:
    scene.say("one", "two")
    scene.refuse("uuid_displace", GONE)
    with pytest.raises(CallEnded):
        scene.call.wait(0)
    assert scene.line.started == [prompt("one")]


def test_a_sound_whose_beginning_is_confirmed_late_ends_as_any_other(scene: Scene) -> None:
    play = scene.say("one")
    scene.line.refuse("uuid_displace", CommandTimeout("slow"))
    assert scene.told() == []
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(play, complete=True)]


# The carrier ----------------------------------------------------------------------------------------------


def test_a_carrier_that_somebody_breaks_off_is_begun_again_while_something_sounds(scene: Scene) -> None:
    scene.say("one")
    scene.carrier_begins()
    scene.carrier_ends()
    assert len(set(scene.line.carriers)) == 2
    scene.carrier_begins()
    scene.over(prompt("one"))
    scene.carrier_ends()
    assert len(scene.line.carriers) == 2
    scene.say("two")
    assert len(scene.line.carriers) == 3


def test_a_carrier_that_never_stays_is_given_up_and_the_sound_with_it(scene: Scene) -> None:
    play = scene.say("one", "two")
    for _ in range(MAX_RESTARTS):
        assert scene.told() == []
        scene.carrier_begins()
        scene.carrier_ends()
    assert len(scene.line.carriers) == MAX_RESTARTS
    assert scene.line.stopped == [prompt("one")]
    assert scene.told() == [PlayEnded(play, complete=False)]
    scene.say("one")
    assert len(scene.line.carriers) == MAX_RESTARTS + 1


def test_a_carrier_that_is_refused_is_tried_again_for_the_next_prompt(scene: Scene) -> None:
    scene.say("one")
    scene.refuse("playback", "-ERR invalid session id [x]")
    scene.say("two")
    assert len(scene.line.carriers) == 2


def test_keys_end_no_carrier_which_is_said_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, arrival=event("CHANNEL_PARK", {"variable_playback_terminators": "any"}))
    scene.say("one")
    said = f"uuid_setvar_multi {UUID} playback_terminators=none"
    assert scene.line.sent[:2] == [said, f"playback {CARRIER}"]
    scene.carrier_begins()
    scene.carrier_ends()
    assert scene.line.sent.count(said) == 1


def test_keys_end_no_carrier_which_need_not_be_said(scene: Scene) -> None:
    scene.say("one")
    assert not any("playback_terminators" in call for call in scene.line.sent)


def test_what_keys_end_is_said_again_when_the_line_was_away(tmp_path: Path) -> None:
    scene = Scene(tmp_path, arrival=event("CHANNEL_PARK", {}))
    scene.line.goes()
    scene.say("one")
    scene.back(park())
    assert scene.line.sent[:2] == [
        f"uuid_setvar_multi {UUID} playback_terminators=none",
        f"playback {CARRIER}",
    ]


@pytest.mark.parametrize("application", ["record", "play_and_get_digits", "bridge"])
def test_a_carrier_makes_way_for_what_is_queued(scene: Scene, application: str) -> None:
    scene.say("one")
    scene.carrier_begins()
    run(scene, application)
    sent = scene.line.sent
    assert scene.line.stopped == [prompt("one")]
    assert scene.line.breaks == [BREAK]
    assert sent.index(BREAK) == len(sent) - 2
    assert scene.line.applications == ["playback", application]
    scene.carrier_ends()
    assert len(scene.line.carriers) == 1


@pytest.mark.parametrize("application", ["record", "play_and_get_digits", "bridge"])
def test_a_carrier_that_has_not_begun_makes_way_as_soon_as_it_does(scene: Scene, application: str) -> None:
    scene.say("one")
    run(scene, application)
    assert scene.line.breaks == []
    scene.carrier_begins()
    assert scene.line.breaks == [BREAK]
    scene.carrier_ends()
    scene.begin()
    assert scene.line.breaks == [BREAK]
    assert len(scene.line.carriers) == 1


def test_after_a_recording_the_next_prompt_has_a_carrier_again(scene: Scene) -> None:
    scene.say("one")
    scene.carrier_begins()
    scene.call.record("a", max_seconds=5, silence_seconds=0)
    scene.carrier_ends()
    scene.begin()
    scene.complete(record_ms="100")
    scene.say("two")
    assert scene.line.applications == ["playback", "record", "playback"]


def test_without_a_carrier_nothing_has_to_make_way(scene: Scene) -> None:
    scene.call.record("a", max_seconds=5, silence_seconds=0)
    assert scene.line.breaks == []
    scene.begin()
    assert scene.line.breaks == []


def test_a_carrier_behind_another_one_makes_way_with_it(scene: Scene) -> None:
    """What is known of a channel after the line was away may be older than what was sent since."""
    scene.say("one")
    first = scene.line.carriers[0]
    scene.back(park())
    assert len(scene.line.carriers) == 2
    scene.carrier_begins(first)
    scene.call.record("a", max_seconds=5, silence_seconds=0)
    assert scene.line.breaks == [BREAK]
    scene.carrier_ends(first)
    scene.carrier_begins()
    assert scene.line.breaks == [BREAK, BREAK]


def test_a_carrier_nobody_knows_of_does_not_hold_up_a_recording(scene: Scene) -> None:
    scene.call.record("a", max_seconds=5, silence_seconds=0)
    scene.carrier_begins(DIALPLANS)
    assert scene.line.breaks == [BREAK]


# The dialplan's own carrier ---------------------------------------------------------------------------------


@pytest.fixture
def answered(tmp_path: Path) -> Scene:
    """A call that the dialplan answers, and will begin the carrier for."""
    headers = {**HEADERS, "Answer-State": "answered", f"variable_{COMES}": "true"}
    return Scene(tmp_path, arrival=event("CHANNEL_ANSWER", headers))


def test_the_dialplans_carrier_is_used_even_before_it_has_begun(answered: Scene) -> None:
    play = answered.say("one")
    assert answered.line.applications == []
    assert answered.line.started == [prompt("one")]
    answered.carrier_begins(DIALPLANS)
    answered.over(prompt("one"))
    answered.say("two")
    assert answered.line.applications == []
    assert answered.told() == [PlayEnded(play, complete=True)]


def test_the_dialplans_carrier_makes_way_once_it_has_begun(answered: Scene) -> None:
    answered.carrier_begins(DIALPLANS)
    answered.call.record("a", max_seconds=5, silence_seconds=0)
    assert answered.line.breaks == [BREAK]
    answered.carrier_ends(DIALPLANS)
    answered.begin()
    answered.complete(record_ms="100")
    answered.say("one")
    assert answered.line.applications == ["record", "playback"]


def test_what_is_asked_for_before_the_dialplans_carrier_runs_inside_of_it(answered: Scene) -> None:
    """It has no lock: breaking it off once it has begun would hit what runs by then."""
    answered.call.record("a", max_seconds=5, silence_seconds=0)
    answered.carrier_begins(DIALPLANS)
    answered.begin()
    assert answered.line.breaks == []
    answered.complete(record_ms="1500")
    ended = answered.told()
    assert [each.seconds for each in ended if isinstance(each, RecordEnded)] == [1.5]
    answered.say("one")
    assert answered.line.applications == ["record"]
    assert answered.line.started == [prompt("one")]


@pytest.mark.parametrize("began", [False, True])
def test_a_carrier_of_the_dialplan_that_ends_is_replaced_by_ours(answered: Scene, began: bool) -> None:
    answered.say("one")
    if began:
        answered.carrier_begins(DIALPLANS)
    answered.carrier_ends(DIALPLANS)
    assert len(answered.line.carriers) == 1


def test_only_an_answer_in_a_dialplan_that_says_so_brings_a_carrier(tmp_path: Path) -> None:
    mark = {f"variable_{COMES}": "true"}
    for arrival in (event("CHANNEL_PARK", mark), event("CHANNEL_ANSWER", HEADERS)):
        scene = Scene(tmp_path, arrival=arrival)
        scene.say("one")
        assert len(scene.line.carriers) == 1


# The line was away ------------------------------------------------------------------------------------------


def test_a_sound_that_still_sounds_is_let_be(scene: Scene) -> None:
    play = scene.say("one")
    scene.carrier_begins()
    scene.line.done()
    scene.line.goes()
    scene.line.sounds = [prompt("one")]
    scene.back(CARRIED)
    assert scene.line.started == [prompt("one")]
    assert len(scene.line.carriers) == 1
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_a_sound_that_ended_unseen_is_over(scene: Scene) -> None:
    play = scene.say("one", "two")
    scene.line.done()
    scene.line.goes()
    scene.back(CARRIED)
    assert scene.line.started == [prompt("one"), prompt("two")]
    scene.over(prompt("two"))
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_a_sound_of_which_nothing_was_heard_is_said_again(scene: Scene) -> None:
    play = scene.say("one", "two")
    scene.line.goes()
    assert scene.told() == []
    scene.back(park())
    assert scene.line.started == [prompt("one"), prompt("one")]
    assert len(scene.line.carriers) == 2
    scene.over(prompt("one"))
    scene.over(prompt("two"))
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_a_sound_that_did_begin_though_nobody_could_say_so_is_not_said_again(scene: Scene) -> None:
    play = scene.say("one")
    scene.line.goes()
    scene.line.sounds = [prompt("one")]
    scene.back(CARRIED)
    assert scene.line.started == [prompt("one")]
    assert len(scene.line.carriers) == 1
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_what_is_said_while_the_line_is_away_is_said_once_when_it_is_back(scene: Scene) -> None:
    scene.line.goes()
    play = scene.say("one")
    assert scene.line.sent == []
    scene.back(park())
    assert scene.line.sent.index(f"playback {CARRIER}") < scene.line.sent.index(BUGLIST)
    assert scene.line.started == [prompt("one")]
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(play, complete=True)]


def test_a_line_that_comes_and_goes_uses_up_no_carriers(scene: Scene) -> None:
    scene.say("one")
    for _ in range(2 * MAX_RESTARTS):
        scene.line.goes()
        scene.back(park())
    assert scene.told() == []
    assert len(scene.line.carriers) == 2 * MAX_RESTARTS + 1


def test_a_carrier_that_is_gone_is_begun_anew_under_a_sound_that_is_there(scene: Scene) -> None:
    scene.say("one")
    scene.carrier_begins()
    scene.line.done()
    scene.line.goes()
    scene.line.sounds = [prompt("one")]
    scene.back(park(current_application="park"))
    assert len(scene.line.carriers) == 2
    assert scene.line.started == [prompt("one")]


def test_a_carrier_that_is_over_is_none(scene: Scene) -> None:
    scene.say("one")
    over = {"current_application": "playback", "current_application_data": CARRIER}
    scene.back(park(**over, current_application_response="PLAYBACK ERROR"))
    assert len(scene.line.carriers) == 2


def test_a_carrier_found_at_work_makes_way(scene: Scene) -> None:
    scene.say("one")
    scene.line.goes()
    scene.back(CARRIED)
    scene.call.record("a", max_seconds=5, silence_seconds=0)
    assert scene.line.breaks == [BREAK]
    assert len(scene.line.carriers) == 1


def test_a_sentence_still_being_spoken_is_not_begun_twice(scene: Scene) -> None:
    scene.voice.sentences["slow"] = Sentence()
    play = scene.say("one", "slow")
    scene.over(prompt("one"))
    scene.line.done()
    scene.line.goes()
    scene.back(CARRIED)
    scene.voice.sentences["slow"].finish(Path("/prompts/slow.wav"))
    turns()
    assert scene.line.started == [prompt("one"), prompt("slow")]
    scene.over(prompt("slow"))
    assert scene.told() == [PlayEnded(play, complete=True)]


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_sound_that_could_not_be_stopped_is_stopped_when_the_line_is_back(
    scene: Scene, confirmed: bool
) -> None:
    scene.call.play([Music("moh")])
    if confirmed:
        scene.line.done()
    scene.line.goes()
    scene.call.stop()
    assert scene.line.stopped == []
    scene.line.sounds = ["local_stream://moh"]
    scene.back(CARRIED)
    assert scene.line.stopped == ["local_stream://moh"]


def test_an_end_that_was_lost_with_the_line_is_not_waited_for(scene: Scene) -> None:
    scene.say("one")
    scene.line.done()
    scene.call.stop()
    scene.line.goes()
    scene.back(CARRIED)
    scene.told()
    again = scene.say("one")
    scene.over(prompt("one"))
    assert scene.told() == [PlayEnded(again, complete=True)]


def test_a_stopped_sound_is_not_stopped_again_where_it_is_wanted_by_now(scene: Scene) -> None:
    scene.say("one")
    scene.line.done()
    scene.line.goes()
    scene.call.stop()
    scene.say("one")
    scene.line.sounds = [prompt("one")]
    scene.back(CARRIED)
    assert scene.line.stopped == []


def test_a_call_without_sounds_is_not_asked_for_them(scene: Scene) -> None:
    scene.line.goes()
    scene.back(park())
    assert scene.line.sent == []


# Events that were lost ----------------------------------------------------------------------------------


def test_an_end_that_was_lost_does_not_hold_a_call_for_ever(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.esl.call.LOOK_AFTER", 0.01)
    play = scene.say("one")
    scene.line.sounds = [prompt("one")]
    gevent.spawn_later(0.05, scene.line.sounds.clear)
    assert scene.call.wait(None) == PlayEnded(play, complete=True)
    assert scene.line.asked.count(BUGLIST) > 1
    assert scene.line.started == [prompt("one")]


@pytest.mark.parametrize("trouble", [ConnectionLost("away"), CommandTimeout("slow")])
def test_a_look_that_fails_is_no_trouble_of_the_flow(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, trouble: SwitchError
) -> None:
    monkeypatch.setattr("ivr.esl.call.LOOK_AFTER", 0.01)
    play = scene.say("one")
    troubles = iter([trouble])
    honest = scene.line.api

    def api(call: str) -> str:
        if call == BUGLIST and (found := next(troubles, None)):
            raise found
        return honest(call)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.line, "api", api)
    assert scene.call.wait(None) == PlayEnded(play, complete=True)


def test_a_call_that_is_gone_when_it_is_listened_to_ends(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.esl.call.LOOK_AFTER", 0.01)
    scene.say("one")

    def api(call: str) -> str:
        if call == BUGLIST:
            raise CommandFailed("FreeSWITCH answered '-ERR no reply'")
        return "+OK"

    monkeypatch.setattr(scene.line, "api", api)
    with pytest.raises(CallEnded):
        scene.call.wait(None)


# Other workers, other places --------------------------------------------------------------------------------


def test_what_an_earlier_worker_left_is_stopped(scene: Scene) -> None:
    scene.line.sounds = ["/prompts/Q&A a.wav", "local_stream://moh"]
    scene.call.settle()
    assert scene.line.stopped == ["/prompts/Q&A a.wav", "local_stream://moh"]
    assert scene.line.breaks == []


def test_a_call_that_was_left_in_silence_needs_no_settling(scene: Scene) -> None:
    scene.call.settle()
    assert scene.line.sent == [BUGLIST]


def test_a_call_that_cannot_be_listened_to_goes_on(scene: Scene) -> None:
    scene.line.trouble = [CommandFailed("-ERR busy")]
    scene.call.settle()
    scene.say("one")
    assert scene.line.started == [prompt("one")]


def test_a_call_that_is_not_there_when_it_is_listened_to_has_ended(scene: Scene) -> None:
    scene.line.trouble = [CommandFailed("-ERR no reply")]
    scene.call.settle()
    with pytest.raises(CallEnded):
        scene.say("one")


def test_an_earlier_workers_carrier_is_used(tmp_path: Path) -> None:
    scene = Scene(tmp_path, arrival=CARRIED)
    scene.say("one")
    assert scene.line.carriers == []
    scene.carrier_ends(DIALPLANS)
    assert len(scene.line.carriers) == 1


def test_a_caller_who_is_taken_elsewhere_does_not_take_the_music_along(scene: Scene) -> None:
    scene.call.play([Music("moh")])
    scene.carrier_begins()
    scene.complete("playback", CARRIER, scene.line.carriers[0], transfer_history="1%3Ax%3Abl_xfer%3A1005")
    assert scene.line.stopped == ["local_stream://moh"]
    assert len(scene.line.carriers) == 1
    with pytest.raises(CallEnded) as ended:
        scene.call.wait(0)
    assert ended.value.cause == "BLIND_TRANSFER"
