"""The tiny vosk models that come with a checkout, for tests and for `ivr demo`.

They were made of synthetic speech and have never heard a person: no setting names them, and no caller of a
real telephone line meets them.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parents[3] / "tests" / "data" / "vosk"


def models() -> dict[str, Path]:
    """Folders by language, as `asr.models` has them; empty where there is no checkout."""
    return {language: _FOLDER / language for language in ("en", "zh") if (_FOLDER / language / "am").is_dir()}
