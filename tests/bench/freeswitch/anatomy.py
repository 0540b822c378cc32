"""Where the milliseconds between a digit and the next prompt go, and what a call costs on the event socket.

    python -m tests.bench.freeswitch.anatomy [--calls 50]

One caller at a time. What Ivory and FreeSWITCH say to each other is overheard on the loopback interface
(needs root), and laid beside what the caller sent and heard. `fs` is FreeSWITCH's own time stamp of an event
(by its own clock, set to ours), `<` its arrival at the worker's socket, `>` a command of the worker's.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tests.bench.freeswitch.dialogue import Marks, go_through
from tests.bench.freeswitch.intervals import percentile
from tests.bench.freeswitch.phone import CallFailed, Phone
from tests.bench.freeswitch.stage import Stage, stage
from tests.bench.freeswitch.wiretap import Said, Tap

MIN_SHARE = 0.5  # of the calls in which something must have happened to be shown


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in ns, and what the caller did and heard."""

    name: str
    begin: int
    end: int


def spans(marks: Marks) -> list[Span]:
    """The three waits of a call."""
    return [
        Span("INVITE -> first prompt", marks.invited, marks.first),
        Span("digit into a prompt -> next", marks.pressed, marks.second),
        Span("digit in silence -> next", marks.pressed_again, marks.third),
    ]


def clock_ahead(events: Iterable[Said]) -> float:
    """By how many ns FreeSWITCH's stamps are ahead of our clock: it counts on by itself from when it was
    started, a few ms off. The quickest twentieth of the events is taken to have arrived at once."""
    return -percentile([float(said.at - stamp(said)) for said in events], 5)


def stamp(said: Said) -> int:
    """FreeSWITCH's own time of an event, in ns."""
    return int(said.event.get("Event-Date-Timestamp", "0")) * 1000 if said.event else 0


def timeline(
    span: Span, commands: Iterable[Said], events: Iterable[Said], ahead: float
) -> dict[tuple[str, int], float]:
    """What happened within a span, in ms after its beginning; the same thing again has the next number."""
    happened: list[tuple[float, str]] = [(said.at, f"> {said.text}") for said in commands if said.text]
    for said in events:
        happened.append((said.at, f"< {said.text}"))
        if said.event is not None:
            application = said.event.get("Application") if "EXECUTE" in said.text else ""
            happened.append((stamp(said) - ahead, f"fs {said.text} {application}".rstrip()))
    found: dict[tuple[str, int], float] = {}
    seen: Counter[str] = Counter()
    for at, what in sorted(happened):
        if span.begin <= at <= span.end:
            seen[what] += 1
            found[what, seen[what]] = (at - span.begin) / 1e6
    return found


def observe(on: Stage, calls: int) -> tuple[list[Marks], Tap]:
    """Make the calls, one after the other, and listen."""
    tap = Tap(on.switch.port)
    tap.start()
    time.sleep(0.5)
    all_marks = []
    for seed in range(calls):
        phone = Phone(on.switch.sip_port, random.Random(seed))
        try:
            all_marks.append(go_through(phone, on.contenders["ivory"].number, random.Random(seed)))
        except CallFailed as failure:
            print(f"a call failed: {failure}")
        finally:
            phone.close()
    time.sleep(1)
    tap.stop()
    return all_marks, tap


def show_times(all_marks: list[Marks], commands: list[Said], events: list[Said]) -> None:
    """Print the medians of everything that happens in most calls."""
    times: dict[str, dict[tuple[str, int], list[float]]] = defaultdict(lambda: defaultdict(list))
    lengths: dict[str, list[float]] = defaultdict(list)
    ahead = clock_ahead(events)
    for marks in all_marks:
        for span in spans(marks):
            lengths[span.name].append((span.end - span.begin) / 1e6)
            for what, at in timeline(span, commands, events, ahead).items():
                times[span.name][what].append(at)
    for name, whats in times.items():
        print(f"\n{name}: ms after its beginning, median (p95)")
        rows = [(percentile(at, 50), percentile(at, 95), label) for (label, _), at in whats.items()
                if len(at) >= MIN_SHARE * len(all_marks)]  # fmt: skip
        for middle, high, label in sorted(rows):
            print(f"  {middle:7.2f} ({high:7.2f})  {label}")
        print(f"  {percentile(lengths[name], 50):7.2f} ({percentile(lengths[name], 95):7.2f})  audible")


def show_counts(calls: int, commands: list[Said], events: list[Said]) -> None:
    """Print what a call costs in commands, events and bytes."""
    for title, said in (("commands", commands), ("events", events)):
        counts: Counter[str] = Counter()
        sizes: Counter[str] = Counter()
        for one in said:
            what = one.text or "newline"
            if one.event is not None and "EXECUTE" in what:
                what = f"{what} {one.event.get('Application')}"
            counts[what] += 1
            sizes[what] += one.size
        real = sum(count for what, count in counts.items() if what != "newline")
        print(f"\n{title} per call: {real / calls:.1f}, {sum(sizes.values()) / calls / 1024:.1f} KB")
        for kind, count in counts.most_common():
            print(f"  {count / calls:6.2f}  {sizes[kind] / count:6.0f} bytes  {kind}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=50)
    options = parser.parse_args()
    with stage(["ivory"]) as on:
        all_marks, tap = observe(on, options.calls)
    commands, events = list(tap.commands()), list(tap.events())
    show_times(all_marks, commands, events)
    show_counts(options.calls, commands, events)


if __name__ == "__main__":
    main()
