"""Recordings that people bring: looked at, put in the place of what there was, and taken back.

What comes from outside is a stranger's file: its name is nobody's business, and it is decoded in a child of
its own, with a deadline. The last takes of each sentence are kept, so that nothing is lost by replacing it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.errors import Conflict, Invalid, NotFound, SpeechError
from ivr.flow.phrases import estimate_seconds
from ivr.i18n import is_tag
from ivr.speech.recorded import MAX_FILE, Recording, Shelf, file_name, folded
from ivr.speech.recorded_table import write
from ivr.speech.studio import Take

FORMER: Final = ".former"
"""The folder of earlier takes, among the recordings."""
KEPT: Final = 5
"""Earlier takes of a sentence that are kept."""
DEADLINE: Final = 30.0
"""Seconds that a file may take to be looked at."""
PATIENCE: Final = 5.0
"""Seconds to wait for somebody else's change of the table."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a sentence.

    Attributes:
        before, after: the recording; None where there is none.
        file: the file in the folder that it is about.
        take: what was found in the file that was brought.
    """

    before: Recording | None
    after: Recording | None
    file: str
    take: Take | None = None


class Takes:
    """The folder of recordings, for whoever changes it. Waits for the disk, and for the child that decodes.

    Args:
        folder: the setting `speech.recorded`.
    """

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder)

    def find(self, text: str, language: str) -> Recording | None:
        """The recording of a sentence; None where there is none. Raises SpeechError."""
        self.shelf.refresh()
        return self.shelf.find(text, language)

    def examine(self, content: bytes, text: str, language: str) -> Take:
        """Look at a recording of a sentence without taking it in.

        Raises:
            Invalid: it is too large, or no sound; the language or the sentence is none.
            SpeechError: it could not be looked at.
        """
        _check(text, language)
        if not content:
            raise Invalid("the file is empty", field="file")
        if len(content) > MAX_FILE:
            raise Invalid(f"the file is larger than {MAX_FILE >> 20} MiB", field="file")
        return examined(content, estimate_seconds(text, language))

    def put(
        self, content: bytes, text: str, language: str, expected: str | None = None, *, force: bool = False
    ) -> Taken:
        """Take a recording in, in the place of what there is.

        Args:
            expected: the digest of what was looked at; None: whatever there is; "": nothing.
            force: take it though it has faults, such as being clipped.

        Raises:
            Invalid: it is no sound, or has faults.
            Conflict: another one is there than was looked at.
            SpeechError: the folder cannot be read or written.
        """
        take = self.examine(content, text, language)
        if take.faults and not force:
            raise Invalid("; ".join(take.faults), hint="record it again", field="file")
        return self.accept(take, text, language, expected)

    def accept(self, take: Take, text: str, language: str, expected: str | None = None) -> Taken:
        """Take in what was looked at. Arguments and errors as for `put`."""
        with self._changing(text, language, expected) as before:
            self._keep(text, language, before)
            after = self._place(text, language, take.wav)
            return Taken(before, after, file_name(language, text), take)

    def remove(self, text: str, language: str, expected: str | None = None) -> Taken:
        """Give a recording up; `revert` brings it back.

        Raises:
            NotFound: there is none.
            Conflict, SpeechError: as `put`.
        """
        with self._changing(text, language, expected) as before:
            self._keep(text, language, before)
            try:
                return Taken(before, None, self._forget(text, language))
            except SpeechError as error:
                if before is None:  # and no row of the table that is of no use
                    raise NotFound(error.message, hint=error.hint) from None
                raise

    def revert(self, text: str, language: str, expected: str | None = None) -> Taken:
        """Put the take before the present one in its place; once more, and the present one is back.

        Raises:
            NotFound: there is no earlier take.
            Conflict, SpeechError: as `put`.
        """
        with self._changing(text, language, expected) as before:
            former = self.former(text, language)
            if not former:
                raise NotFound("there is no earlier take of this sentence")
            try:
                content = former[0].read_bytes()
            except OSError as error:
                raise SpeechError(f"{former[0]} cannot be read: {error.strerror}") from None
            self._keep(text, language, before, KEPT + 1)
            after = self._place(text, language, content)
            former[0].unlink(missing_ok=True)  # only now: whoever dies before has lost nothing
            return Taken(before, after, file_name(language, text))

    def former(self, text: str, language: str) -> list[Path]:
        """Earlier takes of a sentence, the latest first. Raises SpeechError."""
        folder = self._former(text, language)
        with suppress(OSError):
            takes = (path for path in folder.glob("*.wav") if path.stem.isdecimal())
            return sorted(takes, key=lambda path: int(path.stem), reverse=True)
        return []

    # The folder ---------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self, text: str, language: str, expected: str | None) -> Iterator[Recording | None]:
        """Nobody else changes the table meanwhile; what is recorded now."""
        _check(text, language)
        with _locked(self.shelf.folder):
            before = self.find(text, language)
            now = before.digest if before else ""
            if expected is not None and expected != now:
                raise Conflict("somebody else has changed this recording meanwhile", current=now)
            yield before

    def _place(self, text: str, language: str, content: bytes) -> Recording | None:
        name = file_name(language, text)
        write(self.shelf.path(name), content)
        self.shelf.add(language, text, name)
        return self.find(text, language)

    def _forget(self, text: str, language: str) -> str:
        """Take a sentence out of the table; the file it named. That goes with it if it was written here, and
        no other sentence uses it; a file that somebody put there stays."""
        file = self.shelf.remove(language, text)
        self.shelf.refresh()
        used = {recording.file for recording in self.shelf.index.recordings.values()}
        if file == file_name(language, text) and file not in used:
            self.shelf.path(file).unlink(missing_ok=True)
        return file

    def _keep(self, text: str, language: str, recording: Recording | None, most: int = KEPT) -> None:
        """Put the present take among the earlier ones; the oldest of too many goes."""
        if recording is None:
            return
        former = self.former(text, language)
        number = int(former[0].stem) + 1 if former else 1
        target = self._former(text, language) / f"{number:06}.wav"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.shelf.path(recording.file), target)
            for path in former[most - 1 :]:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise SpeechError(
                f"{target} cannot be written: {error.strerror}", hint="see speech.recorded"
            ) from None

    def _former(self, text: str, language: str) -> Path:
        return self.shelf.folder / FORMER / Path(file_name(language, text)).stem


def examined(content: bytes, expected: float) -> Take:
    """A stranger's sound, decoded and judged in a child of its own. Raises Invalid, SpeechError."""
    with tempfile.TemporaryDirectory(prefix="ivory-take-") as folder:
        file = Path(folder) / "take"
        file.write_bytes(content)
        command = [sys.executable, "-m", "ivr.speech.examining", str(file), str(expected)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=DEADLINE, check=False)
        except subprocess.TimeoutExpired:
            raise Invalid(f"the file could not be read within {DEADLINE:g} s", field="file") from None
        except OSError as error:
            raise SpeechError(f"the file could not be looked at: {error.strerror}") from None
    head, _, wav = done.stdout.partition(b"\n")
    try:
        said = json.loads(head)
        if "error" in said:
            raise Invalid(str(said["error"]).replace(str(file), "the file"), field="file")
        return Take(wav, said["seconds"], said["level"], tuple(said["faults"]), tuple(said["remarks"]))
    except (ValueError, KeyError, TypeError):
        raise Invalid("the file cannot be read as sound", field="file") from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone with a folder, among all processes. Raises SpeechError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SpeechError(
            f"{folder} cannot be written: {error.strerror}", hint="see speech.recorded"
        ) from None
    try:
        _wait(file)
        yield
    finally:
        os.close(file)


def _wait(file: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                raise SpeechError("somebody else is changing recordings", hint="try again") from None
            time.sleep(0.02)
        else:
            return


def _check(text: str, language: str) -> None:
    if not is_tag(language):
        raise Invalid(f'"{language[:60]}" is not a language such as zh-CN', field="language")
    try:
        words = folded(text)
    except SpeechError as error:
        raise Invalid(error.message, hint=error.hint, field="text") from None
    if not words:
        raise Invalid("a sentence without words", field="text")
