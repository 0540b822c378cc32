"""Where Ivory keeps things on this machine, by the platform's custom (XDG on Linux).

Apart from the settings, whose import takes longer than a command that only looks up what it knows may take.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs

DATA = Path(platformdirs.user_data_dir("ivory"))
CACHE = Path(platformdirs.user_cache_dir("ivory"))


def settings_files() -> list[Path]:
    """The configuration files, strongest first."""
    return [Path("ivr.yaml"), Path(platformdirs.user_config_dir("ivory")) / "ivr.yaml"]
