"""Figures of many utterances: how soon, how often, how sure, and whether that meets the goals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tests.bench.freeswitch.intervals import interval, percentile, share
from tests.bench.freeswitch.speech.said import ECHO_SECONDS
from tests.bench.freeswitch.speech.turns import WHOLE, Turn

GOALS: Final = {"stopped": {50: 200.0, 95: 300.0}, "answered": {50: 700.0, 95: 1000.0}}
"""ms at most, by percentile."""

CUT_GOAL: Final = 0.02
TITLES: Final = {"stopped": "speech begins -> prompt stops", "answered": "speech ends -> next prompt"}
_BOTH = (50, 95)


def figures(turns: Sequence[Turn]) -> dict[str, Any]:
    """What came of utterances. How late an answer was is told of those that were not cut short; what was
    understood is told of all."""
    count, answered = len(turns), [turn for turn in turns if not turn.failure]
    cut = [turn for turn in answered if premature(turn)]
    right = sum(understood(turn) for turn in turns)
    return {
        "n": count,
        "stopped": _spread([turn.stopped for turn in answered if turn.stopped is not None]),
        "answered": _spread([turn.answered or 0.0 for turn in answered if not premature(turn)]),
        "right": _share(right, count),
        "cut": _share(len(cut), count),
        "answers": dict(Counter(turn.answer or "none" for turn in turns).most_common()),
    }


def premature(turn: Turn) -> bool:
    """Whether the answer came while the caller was still speaking."""
    return turn.answered is not None and turn.answered < 0


def understood(turn: Turn) -> bool:
    """Whether it was taken for what it was, with or without asking back."""
    return turn.answer == turn.wanted


def echoes(heard: Sequence[Sequence[float]]) -> dict[str, Any]:
    """What came of prompts that were echoed, call by call: which were cut short, and how often a minute."""
    all_ = [seconds for call in heard for seconds in call]
    cut = [seconds for seconds in all_ if seconds < WHOLE]
    first = [call[0] for call in heard if call]
    minutes = sum(min(seconds, ECHO_SECONDS) for seconds in all_) / 60
    return {
        "prompts": len(all_),
        "cut": _share(len(cut), len(all_)),
        "first_cut": _share(sum(seconds < WHOLE for seconds in first), len(first)),
        "minutes": round(minutes, 2),
        "a_minute": round(len(cut) / minutes, 3) if minutes else None,
    }


def show(title: str, found: dict[str, Any]) -> None:
    """Print `figures`."""
    print(f"\n== {title}: {found['n']} utterances", flush=True)
    for key, label in TITLES.items():
        cells = []
        for percent, goal in GOALS[key].items():
            value, low, high = found[key][f"p{percent}"]
            verdict = "met" if value <= goal else "MISSED"
            cells.append(f"p{percent} {value:6.0f} ({low:.0f} … {high:.0f}; goal {goal:.0f}: {verdict})")
        print(f"  {label:30} ms  {'  '.join(cells)}  n={found[key]['n']}")
    print(f"  understood {_shown(found['right'])}; cut short {_shown(found['cut'])}")
    print(
        "  " + "  ".join(f"{name.removesuffix('.wav')} {count}" for name, count in found["answers"].items())
    )


def show_echoes(title: str, found: dict[str, Any]) -> None:
    """Print `echoes`."""
    print(
        f"  {title:28} {found['prompts']:4} prompts, {found['minutes']} min:"
        f" cut short {_shown(found['cut'])}, {found['a_minute']} a minute;"
        f" first of a call {_shown(found['first_cut'])}",
        flush=True,
    )


def _spread(values: list[float]) -> dict[str, Any]:
    row: dict[str, Any] = {"n": len(values)}
    for percent in _BOTH:
        row[f"p{percent}"] = tuple(
            round(value, 1) for value in (percentile(values, percent), *interval(values, percent))
        )
    return row


def _share(count: int, of: int) -> tuple[int, int, float, float]:
    low, high = share(count, of)
    return count, of, round(low, 4), round(high, 4)


def _shown(cell: tuple[int, int, float, float]) -> str:
    count, of, low, high = cell
    return f"{count}/{of} ({low:.1%} … {high:.1%})" if of else "none"
