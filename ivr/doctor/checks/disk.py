"""Whether there is room for recordings, prompts and records."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient

LITTLE: Final = 1_000_000_000
TOO_LITTLE: Final = 100_000_000
"""Free bytes that get a warning, and that are a failure. An hour of recording takes 58 MB."""


@check("disk")
def disk(patient: Patient) -> Iterator[Finding]:
    settings = patient.settings
    folders = {
        "calls.recordings": settings.calls.recordings,
        "speech.cache": settings.speech.cache,
        "store.spool": settings.store.spool,
    }
    if settings.store.url.startswith("sqlite:///"):
        folders["store.url"] = Path(settings.store.url.removeprefix("sqlite:///"))
    by_disk: dict[int, tuple[int, Path, list[str]]] = {}
    for name, folder in folders.items():
        try:
            device, free, place = patient.aside(_room, folder.expanduser().absolute())
        except OSError as error:
            yield failure(f"{name}: {folder} cannot be looked at: {error.strerror}", f"look at {folder}")
        else:
            by_disk.setdefault(device, (free, place, []))[2].append(name)
    for free, place, names in by_disk.values():
        yield _finding(free, f"{place} ({', '.join(names)})")


def _room(path: Path) -> tuple[int, int, Path]:
    """The disk, its free bytes, and the part of a path that is there. Raises OSError."""
    while not path.exists():
        path = path.parent
    return path.stat().st_dev, shutil.disk_usage(path).free, path


def _finding(free: int, where: str) -> Finding:
    room = f"{free / 1e9:.1f} GB" if free >= LITTLE else f"{free / 1e6:.0f} MB"
    if free < TOO_LITTLE:
        return failure(
            f"{room} are free at {where}: recordings will fail",
            "make room: old recordings, `ivr db prune`, other files of that disk",
        )
    if free < LITTLE:
        return warning(
            f"{room} are free at {where}: {free / TOO_LITTLE * 1.7:.0f} hours of recording",
            "make room before it runs out: old recordings, `ivr db prune`, other files of that disk",
        )
    return ok(f"{room} are free at {where}")
