"""A renderer for benchmarks: a tone, at once for constant sentences, after five seconds for any other."""

from __future__ import annotations

import array
import math
import sys
import time
import wave
from pathlib import Path

RATE, SECONDS, THOUGHT = 8000, 2.0, 5.0


def main() -> None:
    text_file, wav = sys.argv[1:]
    if any(character.isdigit() for character in Path(text_file).read_text(encoding="utf-8")):
        time.sleep(THOUGHT)
    wave_form = [round(8000 * math.sin(2 * math.pi * 440 * n / RATE)) for n in range(int(RATE * SECONDS))]
    with wave.open(wav, "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(array.array("h", wave_form).tobytes())


if __name__ == "__main__":
    main()
