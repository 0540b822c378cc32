"""Whether FreeSWITCH can read what callers are to hear; it is FreeSWITCH itself that opens the files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from secrets import token_hex

from ivr.doctor import rights
from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, skipped, warning
from ivr.doctor.patient import Patient
from ivr.doctor.testcall import TestCall, hindrance, test_call
from ivr.errors import CommandFailed, RefusedInput
from ivr.esl import commands
from ivr.speech.audio import RATE, WIDTH, header
from ivr.versions.mirror import Mirror

MOST = 2000
"""Files that are looked through for one that is a sound."""

_ELSEWHERE = "if it runs on another machine or in a container, let it have this folder at the same path"
_SILENCE = RATE // 10


@check("sounds", needs_switch=True, seconds=30.0)
def sounds(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    cache, recorded = settings.speech.cache.expanduser().absolute(), settings.flows.sounds.absolute()
    if why := patient.apart or hindrance(patient):
        yield skipped(why)
        return
    try:
        with test_call(patient.line) as call:
            yield from _prompts(patient, call, cache)
            if example := patient.aside(_example, recorded):
                yield _heard(patient, call, example, "flows.sounds")
            else:
                yield ok(f"there are no recorded sounds in {recorded}")
            if example := patient.aside(_example, Mirror(settings.flows.published).sounds):
                yield _heard(patient, call, example, "flows.published")
    except CommandFailed as error:
        yield warning(
            f"not proven, for there was no channel to play on: {error.message}",
            "look whether it is paused or has reached max-sessions: `fs_cli -x status`",
        )


def _prompts(patient: Patient, call: TestCall, cache: Path) -> Iterator[Finding]:
    if not patient.aside(cache.is_dir):
        yield warning(
            f"there is no folder {cache} yet",
            "run `ivr prompt render` as the user of `ivr serve`, then `ivr doctor` again",
        )
        return
    try:
        with _new_sound(cache) as sound:
            yield _heard(patient, call, sound, "speech.cache", "what Ivory writes there now")
    except OSError as error:
        yield failure(
            f"Ivory itself cannot write to {cache}: {error.strerror}",
            "give the folder to the user of `ivr serve`, and run `ivr doctor` as that user",
        )
    if example := patient.aside(_example, cache):
        yield _heard(patient, call, example, "speech.cache")


def _heard(patient: Patient, call: TestCall, path: Path, setting: str, what: str = "") -> Finding:
    """Whether FreeSWITCH opens one file, and if not, why."""
    try:
        if call.plays(path):
            return ok(f"FreeSWITCH reads {what or path.name} ({setting}: {path.parent})")
        there = patient.line.api(commands.file_exists(path.as_posix())).strip() == "true"
    except RefusedInput as error:
        return failure(f"{path}: {error.message}", f"move {setting} to a folder whose path has no such signs")
    shut = rights.obstacle(path, patient.process, rights.READ) if patient.process else ""
    if shut:
        seen, mend = f"FreeSWITCH cannot read {path}: {shut}", _share(setting)
    elif there:
        seen, mend = f"FreeSWITCH finds {path} and cannot read it", _share(setting)
    else:
        seen, mend = f"FreeSWITCH finds no {path}", f"{_share(setting)}; {_ELSEWHERE}"
    return failure(seen, mend)


def _share(setting: str) -> str:
    return (
        f"run both as one user, or share {setting} by a group (chmod 2775, UMask=0002), and let the group"
        " pass through every folder above it"
    )


@contextmanager
def _new_sound(folder: Path) -> Iterator[Path]:
    """A tenth of a second of silence, written as prompts are; gone afterwards."""
    path = folder / f"doctor-{token_hex(8)}.wav"
    try:
        path.write_bytes(header(_SILENCE) + bytes(_SILENCE * WIDTH))
        yield path
    finally:
        path.unlink(missing_ok=True)


def _example(folder: Path) -> Path | None:
    """Some sound in or under a folder, if one is among the first files of it."""
    found = (path for path in islice(folder.rglob("*"), MOST) if path.suffix == ".wav")
    return next((path for path in found if not path.name.startswith("doctor-") and path.is_file()), None)
