"""Sentences that a deployment has recorded: a folder of sound files, and an index of what each says.

A flow goes on saying its text; who is heard saying it, a person or a machine, is decided here. The index is a
table that a spreadsheet opens (`index.csv`: language, text, file), and `ivr prompt record` writes it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from ivr.errors import IvoryError, Place, SpeechError
from ivr.i18n import is_tag
from ivr.speech import recorded_table as table
from ivr.speech.text import clean

MAX_FILE = 64 << 20  # bytes: six minutes of 48 kHz stereo

_Stamp = tuple[int, int, int]


def folded(text: str) -> str:
    """What two texts have in common when the same words are read: spaces, wide signs, capitals and a full
    stop at the end make no difference. Raises SpeechError for a text that is too long to be spoken."""
    words = unicodedata.normalize("NFKC", clean(text)).casefold()
    return " ".join(words.split()).rstrip(".。 ")


def file_name(language: str, text: str) -> str:
    """The name under which a sentence is recorded: `zh-CN-1f3870be274f.wav`; the same on every machine."""
    digest = hashlib.sha256(f"{language}\0{folded(text)}".encode()).hexdigest()
    return f"{language}-{digest[:12]}.wav"


@dataclass(frozen=True, slots=True)
class Recording:
    """A sentence with its file in the folder (`/` between folders), and the digest of its content."""

    language: str
    text: str
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A row of the index that is of no use."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True)
class Index:
    """What is recorded, by language and folded text; and what is wrong with the table."""

    recordings: Mapping[tuple[str, str], Recording] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()

    def find(self, text: str, language: str) -> Recording | None:
        """The recording of a text in a language. Raises SpeechError as `folded` does."""
        return self.recordings.get((language, folded(text))) if self.recordings else None


class Shelf:
    """The folder of recordings. Reads every file that is new, so only `find` is for the hub."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self.index = Index()
        self._table = self.folder / table.INDEX
        self._digests: dict[Path, tuple[_Stamp, str]] = {}
        self._read_at: _Stamp | None = None

    def refresh(self) -> list[Recording]:
        """Read what has changed; the recordings that are new, or new in content."""
        stamp = _stamp(self._table)
        if stamp == self._read_at and not self.index.problems and not self._touched():
            return []
        known, self._read_at = self.index.recordings, stamp
        self.index = self._read()
        return [each for key, each in self.index.recordings.items() if known.get(key) != each]

    def _touched(self) -> bool:
        """Whether any file is another than it was, some 5 µs for each."""
        return any(_stamp(path) != known[0] for path, known in self._digests.items())

    def find(self, text: str, language: str) -> Recording | None:
        """As `Index.find`."""
        return self.index.find(text, language)

    def path(self, file: str) -> Path:
        """Where a file of the index is. Raises SpeechError when that is outside the folder."""
        name = PurePosixPath(file.replace("\\", "/"))
        path = (self.folder / name).resolve()
        if name.is_absolute() or not path.is_relative_to(self.folder.resolve()):
            raise SpeechError(f'"{file}" is outside of {self.folder}')
        return path

    def _read(self) -> Index:
        path = self._table
        found: dict[tuple[str, str], Recording] = {}
        problems: list[Problem] = []
        try:
            rows = list(table.read(path))
        except IvoryError as error:
            return Index(problems=(Problem(error.place or Place(str(path)), error.message),))
        self._digests = {path: known for path, known in self._digests.items() if path.exists()}
        for line, row in rows:
            try:
                recording = self._recording(row)
            except SpeechError as error:
                problems.append(Problem(Place(str(path), line), error.message))
                continue
            first = found.setdefault((recording.language, folded(recording.text)), recording)
            if first is not recording:
                message = f"this sentence is recorded in {first.file} already"
                problems.append(Problem(Place(str(path), line), message))
        return Index(MappingProxyType(found), tuple(problems))

    def _recording(self, row: Mapping[str, str]) -> Recording:
        language, text, file = (row[name] for name in table.COLUMNS)
        if not is_tag(language):
            raise SpeechError(f'"{language}" is not a language such as zh-CN')
        if not folded(text):
            raise SpeechError("a sentence without words")
        if not file:
            raise SpeechError("no file is named")
        return Recording(language, text, file, self._digest(self.path(file), file))

    def _digest(self, path: Path, file: str) -> str:
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                raise SpeechError(f"{file} is not a file")
            if not status.st_size:
                raise SpeechError(f"{file} is empty")
            if status.st_size > MAX_FILE:
                raise SpeechError(f"{file} is larger than {MAX_FILE >> 20} MiB")
            stamp = _of(status)
            known = self._digests.get(path)
            if known is None or known[0] != stamp:
                known = stamp, hashlib.sha256(path.read_bytes()).hexdigest()[:16]
                self._digests[path] = known
            return known[1]
        except OSError as error:
            raise SpeechError(f"{file} cannot be read: {error.strerror}") from None

    # Writing ------------------------------------------------------------------------------------------

    def add(self, language: str, text: str, file: str) -> None:
        """Write a sentence into the index, in the place of what there is for it. Raises SpeechError."""
        key = language, folded(text)
        rows = [row for row in self._kept() if _key(row) != key]
        new = {"language": language, "text": text, "file": file}
        table.write(self._table, table.dump([*rows, new]))

    def remove(self, language: str, text: str) -> str:
        """Take a sentence out of the index; the file it named. Raises SpeechError: it was not in it."""
        key, rows = (language, folded(text)), self._kept()
        gone = [row for row in rows if _key(row) == key]
        if not gone:
            raise SpeechError(
                f'"{text}" is not recorded in {language}', hint="`ivr prompt list` shows what is"
            )
        table.write(self._table, table.dump([row for row in rows if row not in gone]))
        return gone[0]["file"]

    def _kept(self) -> list[dict[str, str]]:
        """The rows as they are, the useless ones too: whoever wrote them may mend them."""
        return [row for _, row in table.read(self._table)]


def _of(status: os.stat_result) -> _Stamp:
    """Another stamp, another content."""
    return status.st_mtime_ns, status.st_size, status.st_ino


def _stamp(path: Path) -> _Stamp | None:
    try:
        return _of(path.stat())
    except OSError:  # whoever reads it is told why
        return None


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    try:
        return row["language"], folded(row["text"])
    except SpeechError:
        return row["language"], row["text"]
