"""The child that looks at a stranger's sound: a file and its expected length in, JSON and a WAV out.

Decoders are old C and read whatever somebody sends; what they take or break is this process's alone.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Final

from ivr.errors import SpeechError
from ivr.speech.studio import take

MEMORY: Final = 2 << 30
"""Bytes; a quarter of an hour of 48 kHz stereo takes some 700 MB."""
SECONDS: Final = 25
"""Of computing."""


def main(path: str, expected: str) -> None:
    """Look at a file and say what it is."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    wav = b""
    try:
        taken = take(Path(path), float(expected))
    except SpeechError as error:
        said: dict[str, object] = {"error": error.message}
    except MemoryError:
        said = {"error": f"{path} is too long"}
    else:
        wav = taken.wav
        said = {
            "seconds": taken.seconds,
            "level": taken.level,
            "faults": taken.faults,
            "remarks": taken.remarks,
        }
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + wav)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
