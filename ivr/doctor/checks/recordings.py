"""Whether FreeSWITCH can write recordings where Ivory looks for them; it records a second of silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from ivr.doctor import rights
from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, skipped, warning
from ivr.doctor.patient import Patient
from ivr.doctor.testcall import hindrance, test_call
from ivr.errors import CommandFailed, RefusedInput

HEADER = 44  # bytes of a WAV file without a sample

_SHARE = "run both as one user, or share the folder by a group (chmod 2775, UMask=0002 for both services)"


@check("recordings", needs_switch=True, seconds=20.0)
def recordings(patient: Patient) -> Iterator[Finding]:
    folder = patient.settings.calls.recordings.expanduser().absolute()
    if why := patient.apart or hindrance(patient):
        yield skipped(why)
        return
    if not patient.aside(folder.is_dir):
        yield warning(
            f"there is no folder {folder} yet",
            "`ivr serve` makes it; start it once, or make it as its user, then `ivr doctor` again",
        )
        return
    path = folder / f"doctor-{token_hex(8)}.wav"
    try:
        path.touch()  # as the worker does before each recording
        try:
            yield _recorded(patient, path)
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        yield failure(
            f"Ivory itself cannot write to {folder}: {error.strerror}",
            "give the folder to the user of `ivr serve`, and run `ivr doctor` as that user",
        )


def _recorded(patient: Patient, path: Path) -> Finding:
    try:
        with test_call(patient.line) as call:
            written = call.records(path)
    except RefusedInput as error:
        return failure(f"{path}: {error.message}", "move calls.recordings to a path without such signs")
    except CommandFailed as error:
        return warning(
            f"not proven, for there was no channel to record: {error.message}",
            "look whether it is paused or has reached max-sessions: `fs_cli -x status`",
        )
    if written and path.stat().st_size > HEADER:
        return ok(f"FreeSWITCH writes to {path.parent}")
    if written:
        return failure(
            f"FreeSWITCH recorded to {path.parent}, and nothing of it is here: its folder is another one",
            "if it runs on another machine or in a container, let it have this folder at the same path",
        )
    shut = rights.obstacle(path, patient.process, rights.WRITE) if patient.process else ""
    return failure(
        f"FreeSWITCH cannot write to {path.parent}"
        + (f": {shut}" if shut else "")
        + "; a call that records would be hung up",
        _SHARE,
    )
