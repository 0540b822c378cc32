"""What a vosk model's folder holds, without loading it; and what it lacks to be one.

Layout: https://alphacephei.com/vosk/models ("Model structure"). Older models have all files in one folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_RATE = re.compile(r"^--sample-frequency=(\d+)", re.MULTILINE)
_USUAL_RATE = 16000  # Hz; of a model that does not say
_NO_WORD = re.compile(r"<.*>|\[.*\]|!.*|#\d+")


@dataclass(frozen=True, slots=True)
class Facts:
    """A model as its files tell.

    Attributes:
        missing: what it lacks; with any of these it cannot be loaded.
        rate: of the sound it was trained on, Hz; telephone sound is brought to it.
        words: in its vocabulary; 0 when the folder does not tell.
        grammar: whether it can be told what may be said.
        size: bytes on disk.
    """

    missing: tuple[str, ...]
    rate: int
    words: int
    grammar: bool
    size: int


def facts(folder: Path) -> Facts:
    """Looks at files only; reads the vocabulary, some megabytes in a big model. Raises OSError."""
    nested = (folder / "am").is_dir()
    model, graph = (folder / "am", folder / "graph") if nested else (folder, folder)
    features = folder / ("conf/mfcc.conf" if nested else "mfcc.conf")
    dynamic = (graph / "HCLr.fst").is_file()
    needed = [
        model / "final.mdl",
        features,
        *([graph / "HCLr.fst", graph / "Gr.fst"] if dynamic else [graph / "HCLG.fst", graph / "words.txt"]),
        graph / "phones" / "word_boundary.int" if nested else graph / "word_boundary.int",
    ]
    rate = _RATE.search(features.read_text(encoding="utf-8")) if features.is_file() else None
    return Facts(
        missing=tuple(str(file.relative_to(folder)) for file in needed if not file.is_file()),
        rate=int(rate[1]) if rate else _USUAL_RATE,
        words=_words(graph / "words.txt"),
        grammar=dynamic,
        size=sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    )


def _words(file: Path) -> int:
    if not file.is_file():
        return 0
    with file.open(encoding="utf-8", errors="replace") as lines:
        return sum(not _NO_WORD.fullmatch(line.split(" ")[0]) for line in lines if line.strip())
