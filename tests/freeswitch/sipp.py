"""A real caller: sipp sends SIP, RTP and keys: RFC 2833, SIP INFO or tones; what it is sent in return
is written to a WAV file.

sipp opens its media port but listens to nothing; a thread of ours reads what arrives there off the loopback
interface, so that a test can prove what the caller heard, and when. Both need root, for raw sockets.
"""

from __future__ import annotations

import math
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.freeswitch.instance import free_port

EVENT_TYPE = 101  # RTP payload type of telephone events, as in the SDP below
KEYS = "0123456789*#ABCD"  # in the order of their event codes (RFC 4733, 3.2)
SSRC = 0x1234
KEY_FRAMES, PAUSE_FRAMES = 5, 5  # 20 ms each
ETH_IP, PACKET_HOST = 0x0800, 0  # linux/if_ether.h, linux/if_packet.h
RATE = 8000
FRAME = 160
_PAD = "123A456B789C*0#D"
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # Hz, ITU-T Q.23

SCENARIO = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "@NAME@" <sip:@ANI@@[local_ip]:[local_port]>;tag=[pid]t[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:@ANI@@[local_ip]:[local_port]>
Max-Forwards: 70
X-Line: @LINE@
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rtd="true"/>
  <send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "@NAME@" <sip:@ANI@@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Contact: <sip:@ANI@@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0
]]></send>
@STEPS@
@END@
</scenario>
"""

INFO = """  <send retrans="500"><![CDATA[
INFO sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "@NAME@" <sip:@ANI@@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: @CSEQ@ INFO
Max-Forwards: 70
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal=@KEY@
Duration=100
]]></send>
  <recv response="200"/>
  <pause milliseconds="100"/>"""

BYE = """  <send retrans="500"><![CDATA[
BYE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "@NAME@" <sip:@ANI@@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1000 BYE
Max-Forwards: 70
Content-Length: 0
]]></send>
  <recv response="200"/>"""

WAIT_BYE = """  <recv request="BYE" timeout="60000"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0
]]></send>"""


@dataclass(frozen=True)
class Info:
    """Keys, each in a SIP INFO of its own (application/dtmf-relay)."""

    keys: str


@dataclass(frozen=True)
class Tones:
    """Keys, as the two tones of each (ITU-T Q.23), in the caller's sound."""

    keys: str


Step = float | str | Path | Info | Tones


def available() -> bool:
    """Whether sipp is installed and may open raw sockets."""
    return shutil.which("sipp") is not None and os.geteuid() == 0


@dataclass
class Caller:
    """One call by sipp.

    Args:
        steps: seconds to wait (float), keys to press (str, Info, Tones) and 8 kHz files to speak (Path), in
            turn.
        line: what the header X-Line says.
        hangs_up: whether the caller ends the call after the steps, or waits to be hung up on.
    """

    number: str
    sip_port: int
    folder: Path
    steps: Sequence[Step]
    ani: str = "13800000000"
    name: str = "Caller"
    line: str = "ip"
    hangs_up: bool = True
    heard: Path = field(init=False)

    def run(self, timeout: float = 120.0) -> None:
        """Make the call; raises AssertionError with sipp's own words when SIP went wrong."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.heard = self.folder / "heard.wav"
        ear = _Ear(self.heard)
        ear.start()
        steps = "\n".join(self._step(number, step) for number, step in enumerate(self.steps))
        text = SCENARIO.replace("@STEPS@", steps).replace("@END@", BYE if self.hangs_up else WAIT_BYE)
        for name, value in {"NAME": self.name, "ANI": self.ani, "LINE": self.line}.items():
            text = text.replace(f"@{name}@", str(value))
        scenario = self.folder / "caller.xml"
        scenario.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [
                    *(
                        "sipp",
                        f"127.0.0.1:{self.sip_port}",
                        "-sf",
                        str(scenario),
                        "-s",
                        self.number,
                        "-m",
                        "1",
                    ),
                    *("-i", "127.0.0.1", "-mi", "127.0.0.1", "-mp", str(ear.port), "-nostdin"),
                    *(
                        "-timeout",
                        f"{timeout:.0f}s",
                        "-trace_err",
                        "-error_file",
                        str(self.folder / "sipp.err"),
                    ),
                ],
                cwd=self.folder,
                capture_output=True,
                text=True,
                timeout=timeout + 10,
                stdin=subprocess.DEVNULL,
            )
        finally:
            ear.stop()
        errors = self.folder / "sipp.err"
        assert done.returncode == 0, (done.stdout[-800:], errors.read_text() if errors.exists() else "")

    def _step(self, number: int, step: Step) -> str:
        if isinstance(step, float | int):
            return f'  <pause milliseconds="{round(step * 1000)}"/>'
        if isinstance(step, Info):
            sent = ((key, str(2 + 20 * number + at)) for at, key in enumerate(step.keys))
            return "\n".join(INFO.replace("@KEY@", key).replace("@CSEQ@", cseq) for key, cseq in sent)
        timestamp, sequence = (number + 1) * 1_000_000, number * 1000
        pcap = self.folder / f"step{number}.pcap"
        if isinstance(step, Path | Tones):
            frames = spoken_frames(step) if isinstance(step, Path) else tone_frames(step.keys)
            pcap.write_bytes(capture(talk_packets(frames, timestamp, sequence)))
            seconds = len(frames) * 0.02
        else:
            pcap.write_bytes(capture(key_packets(step, timestamp, sequence)))
            seconds = len(step) * (KEY_FRAMES + PAUSE_FRAMES) * 0.02
        return (
            f'  <nop><action><exec play_pcap_audio="{pcap}"/></action></nop>\n'
            f'  <pause milliseconds="{round(seconds * 1000)}"/>'
        )


Packets = Iterator[tuple[int, bytes]]
"""RTP packets, each with the 20 ms frame it is sent in."""


def key_packets(keys: str, timestamp: int, sequence: int) -> Packets:
    """RFC 4733 telephone events, 100 ms a key and 100 ms between."""
    frame = 0
    for key in keys:
        for number in range(KEY_FRAMES + 3):  # the end is sent three times
            ends = number >= KEY_FRAMES
            duration = min(number + 1, KEY_FRAMES) * FRAME
            event = struct.pack("!BBH", KEYS.index(key), (0x80 if ends else 0) | 10, duration)
            marker = 0x80 if number == 0 else 0
            header = struct.pack("!BBHII", 0x80, marker | EVENT_TYPE, sequence & 0xFFFF, timestamp, SSRC)
            yield frame + min(number, KEY_FRAMES), header + event
            sequence += 1
        frame += KEY_FRAMES + PAUSE_FRAMES
        timestamp += (KEY_FRAMES + PAUSE_FRAMES) * FRAME


def talk_packets(frames: list[bytes], timestamp: int, sequence: int) -> Packets:
    """G.711 µ-law speech."""
    for number, frame in enumerate(frames):
        marker = 0x80 if number == 0 else 0
        header = struct.pack(
            "!BBHII", 0x80, marker, (sequence + number) & 0xFFFF, timestamp + number * FRAME, SSRC
        )
        yield number, header + frame


def spoken_frames(path: Path) -> list[bytes]:
    """A WAV file (8 kHz, mono, 16 bit) as 20 ms frames of G.711 µ-law."""
    with wave.open(str(path)) as sound:
        data = sound.readframes(sound.getnframes())
    encoded = bytes(_encoded(sample >> 2) for (sample,) in struct.iter_unpack("<h", data))
    return [encoded[at : at + FRAME] for at in range(0, len(encoded) - FRAME, FRAME)]


def tone_frames(keys: str) -> list[bytes]:
    """Keys as sound: 100 ms of two tones and 100 ms of silence each, in 20 ms frames of G.711 µ-law."""
    samples = []
    for key in keys:
        row, column = divmod(_PAD.index(key), 4)
        low, high = _ROWS[row], _COLUMNS[column]
        for number in range((KEY_FRAMES + PAUSE_FRAMES) * FRAME):
            turn = math.tau * number / RATE
            loud = 7000 if number < KEY_FRAMES * FRAME else 0
            sample = loud * (math.sin(low * turn) + math.sin(high * turn))
            samples.append(_encoded(int(sample) >> 2))
    return [bytes(samples[at : at + FRAME]) for at in range(0, len(samples), FRAME)]


def capture(packets: Packets) -> bytes:
    """A capture file, as sipp sends it: addresses and ports are its own."""
    parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for frame, rtp in packets:
        udp = struct.pack("!HHHH", 4000, 4000, 8 + len(rtp), 0) + rtp
        here = b"\x7f\0\0\x01"
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, here, here)
        packet = b"\0" * 12 + b"\x08\0" + ip + udp
        seconds, micros = divmod(frame * 20_000, 1_000_000)
        parts += [struct.pack("<IIII", seconds, micros, len(packet), len(packet)), packet]
    return b"".join(parts)


class _Ear(threading.Thread):
    """Receives G.711 µ-law RTP and writes it as it arrived, silence where nothing came."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_IP))
        self._socket.bind(("lo", 0))
        self._socket.settimeout(0.1)
        self.port = free_port(socket.SOCK_DGRAM) & ~1
        self._end = threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        heard: dict[int, bytes] = {}
        anchor: int | None = None  # what makes an RTP timestamp a sample of the recording
        while not self._end.is_set():
            try:
                frame, address = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            # Loopback shows each frame twice, going out and coming in: one is enough.
            if address[2] != PACKET_HOST or len(frame) < 54 or frame[23] != socket.IPPROTO_UDP:
                continue
            packet = frame[42:]
            if struct.unpack_from("!H", frame, 36)[0] != self.port or packet[1] & 0x7F != 0:
                continue
            timestamp: int = struct.unpack_from("!I", packet, 4)[0]
            arrived = int((time.monotonic() - began) * RATE)
            if anchor is None or abs(timestamp - anchor - arrived) > RATE:  # a new stream, or a leap in it
                anchor = timestamp - arrived
            heard[timestamp - anchor] = packet[12:]
        self._socket.close()
        with wave.open(str(self._path), "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", ""))
            written = 0
            for at, payload in sorted(heard.items()):
                out.writeframes(b"\0\0" * max(0, at - written))
                out.writeframes(struct.pack(f"<{len(payload)}h", *(ULAW[byte] for byte in payload)))
                written = max(at, written) + len(payload)

    def stop(self) -> None:
        self._end.set()
        self.join(5)


def _ulaw(byte: int) -> int:
    """One sample of G.711 µ-law as 16-bit PCM (ITU-T G.711, table 2a)."""
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return (0x84 - magnitude) if byte & 0x80 else (magnitude - 0x84)


ULAW = [_ulaw(byte) for byte in range(256)]


@cache
def _encoded(step: int) -> int:
    """The µ-law code nearest to a sample, by the sample's upper 14 bits."""
    return min(range(256), key=lambda byte: abs(ULAW[byte] - step * 4))
