"""A real caller: sipp sends SIP, RTP and RFC 2833 digits; what it is sent in return is written to a WAV file.

sipp plays its digits from its own media port, and names another port in its SDP: there a thread of ours
receives the caller's side of the conversation, so that a test can prove what was heard, and when.
"""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import threading
import time
import wave
from dataclasses import dataclass, field
from pathlib import Path

PCAPS = Path("/usr/share/sip-tester")
RATE = 8000
FRAME = 160

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
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio @PORT@ RTP/AVP 0 96
a=rtpmap:0 PCMU/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
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

BYE = """  <send retrans="500"><![CDATA[
BYE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "@NAME@" <sip:@ANI@@[local_ip]:[local_port]>;tag=[pid]t[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 2 BYE
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


def available() -> bool:
    """Whether sipp and its recorded digits are installed."""
    return shutil.which("sipp") is not None and (PCAPS / "dtmf_2833_1.pcap").exists()


@dataclass
class Caller:
    """One call by sipp.

    Args:
        steps: seconds to wait (float) and keys to press (str), in turn.
        hangs_up: whether the caller ends the call after the steps, or waits to be hung up on.
    """

    number: str
    sip_port: int
    folder: Path
    steps: list[float | str]
    ani: str = "13800000000"
    name: str = "Caller"
    hangs_up: bool = True
    heard: Path = field(init=False)

    def run(self, timeout: float = 120.0) -> None:
        """Make the call; raises AssertionError with sipp's own words when SIP went wrong."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.heard = self.folder / "heard.wav"
        ear = _Ear(self.heard)
        ear.start()
        steps = "\n".join(self._step(step) for step in self.steps)
        text = SCENARIO.replace("@STEPS@", steps).replace("@END@", BYE if self.hangs_up else WAIT_BYE)
        for name, value in {"NAME": self.name, "ANI": self.ani, "PORT": ear.port}.items():
            text = text.replace(f"@{name}@", str(value))
        scenario = self.folder / "caller.xml"
        scenario.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                ["sipp", f"127.0.0.1:{self.sip_port}", "-sf", str(scenario), "-s", self.number, "-m", "1",
                 "-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-timeout", f"{timeout:.0f}s", "-trace_err",
                 "-error_file", str(self.folder / "sipp.err")],
                cwd=self.folder, capture_output=True, text=True, timeout=timeout + 10, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        finally:
            ear.stop()
        errors = self.folder / "sipp.err"
        assert done.returncode == 0, (done.stdout[-800:], errors.read_text() if errors.exists() else "")

    @staticmethod
    def _step(step: float | str) -> str:
        if isinstance(step, float | int):
            return f'  <pause milliseconds="{round(step * 1000)}"/>'
        names = {"*": "star", "#": "pound"}
        digits = [
            f'  <nop><action><exec play_pcap_audio="{PCAPS}/dtmf_2833_{names.get(key, key)}.pcap"/></action></nop>'
            '\n  <pause milliseconds="350"/>'
            for key in step
        ]
        return "\n".join(digits)


class _Ear(threading.Thread):
    """Receives G.711 µ-law RTP and writes it as it arrived, silence where nothing came."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port = int(self._socket.getsockname()[1])
        self._end = threading.Event()

    def run(self) -> None:
        began = time.monotonic()
        with wave.open(str(self._path), "wb") as out:
            out.setparams((1, 2, RATE, 0, "NONE", ""))
            written = 0
            while not self._end.is_set():
                try:
                    packet = self._socket.recv(2048)
                except TimeoutError:
                    continue
                if len(packet) < 12 or packet[1] & 0x7F != 0:
                    continue
                due = int((time.monotonic() - began) * RATE) - FRAME
                if due > written + 4 * FRAME:
                    out.writeframes(b"\0\0" * (due - written))
                    written = due
                frames = packet[12:]
                out.writeframes(struct.pack(f"<{len(frames)}h", *(ULAW[byte] for byte in frames)))
                written += len(frames)
        self._socket.close()

    def stop(self) -> None:
        self._end.set()
        self.join(5)


def _ulaw(byte: int) -> int:
    """One sample of G.711 µ-law as 16-bit PCM (ITU-T G.711, table 2a)."""
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)
    return (0x84 - magnitude) if byte & 0x80 else (magnitude - 0x84)


ULAW = [_ulaw(byte) for byte in range(256)]
