"""The secret that cookies are signed with, in a file of its own."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def sign_key(file: Path) -> bytes:
    """The secret that cookies are signed with, made where there is none; nobody else may read it."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_bytes(32)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(made)
    try:
        os.link(fresh, file)  # whoever is first decides
    except FileExistsError:
        made = file.read_bytes()
    finally:
        fresh.unlink()
    return made
