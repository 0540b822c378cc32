"""What one event costs to read: `python tests/bench/bench_parse.py`.

A CHANNEL_CREATE of usual size (about 5.4 KB, 150 headers) is framed and read eight headers deep, as the
runtime does, and once whole; beside it greenswitch's ESLEvent and json.loads of the same event.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import quote

from greenswitch.esl import ESLEvent

from ivr.esl.wire import Event, Parser

READ = [
    "Event-Name",
    "Unique-ID",
    "Event-Sequence",
    "variable_ivr_flow",
    "Caller-Caller-ID-Number",
    "Caller-Destination-Number",
    "Application-UUID",
    "Channel-Call-State",
]


def headers() -> dict[str, str]:
    """150 headers, named and filled like a SIP call's."""
    made = {
        "Event-Name": "CHANNEL_CREATE",
        "Core-UUID": "6d3bf4bb-5d71-4cfe-9087-92a981e1cd4e",
        "Event-Sequence": "123456",
        "Channel-State": "CS_INIT",
        "Channel-Call-State": "RINGING",
        "Unique-ID": "e3ebeeef-383a-4cb1-8cca-0cc7832f5a5f",
        "Caller-Caller-ID-Name": "张三 (Zhang San)",
        "Caller-Caller-ID-Number": "+8613800000000",
        "Caller-Destination-Number": "95598",
    }
    for number in range(150 - len(made) - 1):
        value = ("sip:1000@10.0.0.1", "1795293505863608", "PCMU", "true")[number % 4]
        made[f"variable_sip_name_{number}"] = value
    return made | {"variable_ivr_flow": "hotline"}


def best(work: Callable[[], object], rounds: int = 15, times: int = 400) -> float:
    """Microseconds for one `work`: the best round's mean, as other work on the machine only adds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(times):
            work()
        taken.append((time.perf_counter() - began) / times * 1e6)
    return min(taken)


def main() -> None:
    made = headers()
    plain = "".join(f"{name}: {quote(value)}\n" for name, value in made.items()) + "\n"
    body = plain.encode()
    frame = b"Content-Length: %d\nContent-Type: text/event-plain\n\n%s" % (len(body), body)
    as_json = json.dumps(made).encode()
    parser = Parser()

    def framed() -> Event:
        event = parser.feed(frame)[0].event
        assert event is not None
        return event

    def read() -> None:
        event = framed()
        for name in READ:
            event.get(name)

    assert framed().headers() == made
    print(f"{len(made)} headers, {len(body)} bytes")
    theirs = best(lambda: ESLEvent(plain))
    for name, cost in {
        "framed": best(framed),
        f"framed, {len(READ)} headers read": best(read),
        "framed, every header read": best(lambda: framed().headers()),
        "greenswitch's ESLEvent (no framing)": theirs,
        "json.loads (no framing)": best(lambda: json.loads(as_json)),
    }.items():
        print(f"{cost:8.1f} µs  {cost / theirs:5.2f}  {name}")


if __name__ == "__main__":
    main()
