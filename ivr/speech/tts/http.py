"""The engine that is a server: a voice in a cloud, or on a machine of one's own with a graphics card.

A sentence is posted as JSON, and the answer is a sound file. The server is somebody else's: its answer is
bounded in size and time, may not lead elsewhere, and is looked at before anything is made of it.
"""

from __future__ import annotations

import hashlib
import struct
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import urlsplit

from ivr.errors import SettingsError, SpeechError
from ivr.settings import Speech
from ivr.speech.tts.base import Engine, Utterance

if TYPE_CHECKING:
    import requests

MAX_BYTES: Final = 32 << 20
"""Of an answer: three minutes of 48 kHz stereo, sixteen of a voice's usual 16 kHz mono."""
CONNECT: Final = 5.0
"""Seconds for the connection alone, within `speech.deadline`."""
_CHUNK = 1 << 16
_QUOTED = 200  # characters of an answer that is no sound
_UNKNOWN_SIZE = 0x7FFF0000  # bytes: programs that write WAV into a pipe put such a size, or 0


class HttpEngine(Engine):
    """Posts `{"text", "language", "voice", "rate", "pitch"}` to `speech.url`; the answer is sound.

    `language` is the tag (`zh-CN`), `voice` what the flow or `speech.voices` has for it, empty else; `rate`
    is in words a minute, `pitch` from 1 to 99 with 50 for the voice as it is made.
    """

    name: ClassVar[str] = "http"
    sets_rate: ClassVar[bool] = True
    sets_pitch: ClassVar[bool] = True

    def __init__(self, settings: Speech) -> None:
        super().__init__(settings)
        try:
            parts = urlsplit(settings.url)
            usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
        except ValueError:
            usable = False
        if not usable:
            raise SettingsError(
                f'speech.url is "{settings.url}", where no server can be',
                hint="write http://127.0.0.1:5002/say, or https://… of another machine",
            )
        if "@" in parts.netloc:
            raise SettingsError("speech.url has a name or password in it", hint="use speech.token")
        if settings.ca_file and not Path(settings.ca_file).is_file():
            raise SettingsError(f"speech.ca_file: there is no file {settings.ca_file}")

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.settings.url.encode()).hexdigest()[:12]

    def default_voice(self, language: str) -> str:
        return ""

    def open(self) -> None:
        import requests

        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no password from a file of whoever started this
        self._session.verify = self.settings.ca_file or True
        self._session.headers.update(
            {
                "User-Agent": "Ivory",
                "Accept": "audio/wav, audio/*",
                "Accept-Encoding": "identity",
            }
        )
        if token := self.settings.token.get_secret_value():
            self._session.headers["Authorization"] = f"Bearer {token}"

    def say(self, utterance: Utterance, wav: Path) -> None:
        import requests

        order = {
            "text": utterance.text,
            "language": utterance.language,
            "voice": utterance.voice,
            "rate": utterance.rate,
            "pitch": utterance.pitch,
        }
        deadline = time.monotonic() + self.settings.deadline
        try:
            with self._session.post(
                self.settings.url,
                json=order,
                timeout=(min(CONNECT, self.settings.deadline), self.settings.deadline),
                allow_redirects=False,
                stream=True,
            ) as answer:
                _refuse_unless_sound(answer)
                sound = _body(answer, deadline)
        except requests.Timeout:
            raise SpeechError("the server at speech.url did not answer within speech.deadline") from None
        except requests.exceptions.SSLError as error:
            raise SpeechError(
                f"no safe connection to speech.url: {error}"[:_QUOTED], hint="see speech.ca_file"
            ) from None
        except requests.exceptions.InvalidHeader:
            raise SpeechError("speech.token cannot be sent", hint="it must be one line") from None
        except requests.RequestException as error:
            raise SpeechError(f"the server at speech.url was not reached: {type(error).__name__}") from None
        _refuse_cut(sound)
        wav.write_bytes(sound)


def _refuse_unless_sound(answer: requests.Response) -> None:
    """Raises SpeechError for an answer whose head says already that there is no sound in it."""
    if answer.is_redirect or 300 <= answer.status_code < 400:
        where = _printable(answer.headers.get("Location", "")) or "nowhere"
        raise SpeechError(
            f"the server at speech.url leads elsewhere, to {where}", hint="put the right URL into speech.url"
        )
    if answer.status_code != 200:
        hint = "see speech.token" if answer.status_code in (401, 403) else ""
        raise SpeechError(f"the server at speech.url said {answer.status_code}{_quoted(answer)}", hint=hint)
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind.startswith("text/") or kind.endswith(("json", "xml", "html")):
        raise SpeechError(f"the server at speech.url sent {_printable(kind)}, no sound{_quoted(answer)}")
    if (size := answer.headers.get("Content-Length", "")).isdigit() and int(size) > MAX_BYTES:
        raise _too_much()


def _body(answer: requests.Response, deadline: float) -> bytes:
    """The whole answer. Raises SpeechError when it is cut, or more than there may be, or late."""
    from urllib3.exceptions import HTTPError, ReadTimeoutError

    body = bytearray()
    try:
        while chunk := answer.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > MAX_BYTES:
                raise _too_much()
            if time.monotonic() > deadline:
                raise SpeechError("the server at speech.url sent its sound for longer than speech.deadline")
    except ReadTimeoutError:
        raise SpeechError("the server at speech.url stopped amid its answer") from None
    except (HTTPError, OSError) as error:
        raise SpeechError(f"the server at speech.url broke off: {type(error).__name__}") from None
    size = answer.headers.get("Content-Length", "")
    if "Content-Encoding" not in answer.headers and size.isdigit() and len(body) < int(size):
        raise SpeechError(f"the server at speech.url broke off after {len(body)} of {size} bytes")
    return bytes(body)


def _refuse_cut(sound: bytes) -> None:
    """Raises SpeechError for a WAV that ends before its header says it does: half a sentence is worse than
    one in another voice. (RIFF: a chunk is its name, its size in little endian, and that many bytes, padded
    to an even number.)"""
    if sound[:4] != b"RIFF" or sound[8:12] != b"WAVE":
        return
    at = 12
    while at + 8 <= len(sound):
        kind, size = struct.unpack_from("<4sI", sound, at)
        at += 8
        if kind == b"data":
            if 0 < size < _UNKNOWN_SIZE and at + size > len(sound):
                raise SpeechError(
                    f"the server at speech.url sent {len(sound) - at} of {size} bytes of its sound"
                )
            return
        at += size + size % 2
    raise SpeechError("the server at speech.url sent a WAV file with no sound in it")


def _too_much() -> SpeechError:
    return SpeechError(f"the server at speech.url sends more than {MAX_BYTES >> 20} MiB")


def _quoted(answer: requests.Response) -> str:
    """The beginning of an answer in words, to go behind what is said of it."""
    from urllib3.exceptions import HTTPError

    try:
        said = answer.raw.read1(4 * _QUOTED, decode_content=True).decode("utf-8", "replace")
    except (HTTPError, OSError):
        return ""
    return f": {words}" if (words := _printable(said)) else ""


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(text.split()))[:_QUOTED]
