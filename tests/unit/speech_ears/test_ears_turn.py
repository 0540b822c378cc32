"""When an utterance begins and ends, frame by frame."""

from __future__ import annotations

from ivr.speech.ears.turn import Change, Limits, Turn

LIMITS = Limits(silence=0.1, patience=0.3, longest=2.0, onset=0.08)


def play(turn: Turn, line: str) -> list[tuple[int, Change]]:
    """Each `#` is a frame of voice; what happens, with the number of the frame."""
    changes = [(number, turn.take(sign == "#")) for number, sign in enumerate(line)]
    return [(number, change) for number, change in changes if change is not Change.NONE]


def test_three_frames_of_voice_in_four_begin_an_utterance() -> None:
    turn = Turn(LIMITS)
    assert play(turn, "..#.##") == [(5, Change.BEGAN)]
    assert turn.frames == 4  # from the first that was voice


def test_a_click_begins_none() -> None:
    assert play(Turn(LIMITS), "..##....#...##...") == []


def test_silence_is_told_once_and_patience_ends_it() -> None:
    turn = Turn(LIMITS)
    assert play(turn, "###" + "." * 15) == [(2, Change.BEGAN), (7, Change.PAUSED), (17, Change.ENDED)]
    assert turn.voiced == 3
    assert not turn.speaking


def test_the_flow_ends_it_at_the_pause() -> None:
    turn = Turn(LIMITS)
    play(turn, "###.....")
    assert turn.whole(turn.pause) is Change.ENDED
    assert turn.whole(turn.pause) is Change.NONE


def test_an_answer_about_a_pause_that_is_over_ends_nothing() -> None:
    turn = Turn(LIMITS)
    play(turn, "###.....")
    asked = turn.pause
    play(turn, "##.....")
    assert turn.whole(asked) is Change.NONE
    assert turn.speaking


def test_it_is_cut_when_it_does_not_end() -> None:
    assert play(Turn(LIMITS), "#" * 100) == [(2, Change.BEGAN), (99, Change.CUT)]


def test_the_next_one_begins_after_it() -> None:
    turn = Turn(LIMITS)
    play(turn, "###" + "." * 15)
    assert play(turn, "..###") == [(4, Change.BEGAN)]
    assert turn.frames == 3
