"""How a recogniser's process is spoken to: frames on its standard input and output.

A frame is its length, a letter for what it is, and the utterance's number, then its content: raw samples, or
a JSON object. To the process go `B`egin (a request), `A`udio (samples), `W`ords?, `E`nd, `D`rop; back come
`R`eady, `N`otice, `W`ords (text), `E`nd (hypotheses) and `F`ailure.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Final

HEAD = struct.Struct("<IcI")  # bytes of content, kind, utterance
MAX_CONTENT = 4 << 20  # bytes; a request with thousands of phrases has some hundred thousand
NOBODY = 0  # the utterance of frames that are about the process

BEGIN: Final = b"B"
AUDIO: Final = b"A"
WORDS: Final = b"W"
END: Final = b"E"
DROP: Final = b"D"
READY: Final = b"R"
NOTICE: Final = b"N"
FAILURE: Final = b"F"


def pack(kind: bytes, utterance: int = NOBODY, content: bytes = b"") -> bytes:
    """A frame."""
    return HEAD.pack(len(content), kind, utterance) + content


def pack_json(kind: bytes, utterance: int, content: Any) -> bytes:
    """A frame with a JSON object."""
    return pack(kind, utterance, json.dumps(content, ensure_ascii=False).encode())


def unpack_head(head: bytes) -> tuple[int, bytes, int]:
    """Length of the content, kind, utterance. Raises ValueError when it cannot be one of ours."""
    size, kind, utterance = HEAD.unpack(head)
    if size > MAX_CONTENT:
        raise ValueError(f"a frame of {size} bytes")
    return size, kind, utterance
