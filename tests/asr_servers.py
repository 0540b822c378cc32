"""Recognition servers for tests: real ones, that hear with vosk and the tiny models, each in its own process.

They are what others run: vosk-server's protocol over the `websockets` library, and a plain HTTP service of
the form that docs/speech-recognition.md describes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.speech.asr import tiny

_VOSK_SERVER = """
import json, sys
from vosk import KaldiRecognizer, Model, SetLogLevel
from websockets.sync.server import serve

SetLogLevel(-1)
model = Model(sys.argv[1])

def hear(socket):
    config = json.loads(socket.recv())["config"]
    phrases = config.get("phrase_list")
    recogniser = KaldiRecognizer(model, config["sample_rate"], *([json.dumps(phrases)] if phrases else []))
    recogniser.SetMaxAlternatives(config.get("max_alternatives", 0))
    for message in socket:
        if isinstance(message, str):
            socket.send(recogniser.FinalResult())
            return
        whole = recogniser.AcceptWaveform(message)
        socket.send(recogniser.Result() if whole else recogniser.PartialResult())

with serve(hear, "127.0.0.1", 0) as server:
    print(server.socket.getsockname()[1], flush=True)
    server.serve_forever()
"""

_PLAIN_SERVER = """
import email, io, json, sys, wave
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from ivr.settings import Asr
from ivr.speech.asr.base import Request
from ivr.speech.asr.vosk import VoskEngine

engine = VoskEngine(Asr(models={"en": Path(sys.argv[1])}))
engine.open("en")

class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\\r\\n\\r\\n".encode()
        parts = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
                 for part in email.message_from_bytes(head + body, policy=HTTP).iter_parts()}
        request = json.loads(parts["request"])
        with wave.open(io.BytesIO(parts["audio"])) as file:
            assert file.getframerate() == request["rate"]
            samples = file.readframes(file.getnframes())
        recognition = engine.begin(Request(request["language"], tuple(request["phrases"])))
        recognition.feed(samples)
        heard = [{"words": each.words, "confidence": each.confidence} for each in recognition.end()]
        answer = json.dumps({"hypotheses": heard}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


@contextmanager
def vosk_server(model: Path) -> Iterator[str]:
    """The URL of a server that speaks vosk-server's protocol and hears with `model`."""
    with _running(_VOSK_SERVER, str(model)) as port:
        yield f"ws://127.0.0.1:{port}"


@contextmanager
def plain_server() -> Iterator[str]:
    """The URL of an HTTP service that understands the tiny model's English."""
    with _running(_PLAIN_SERVER, str(tiny.models()["en"])) as port:
        yield f"http://127.0.0.1:{port}/recognise"


@contextmanager
def _running(program: str, argument: str) -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-c", program, argument], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()
