"""The table beside recorded sentences, as people and spreadsheets write it: `index.csv`.

Whatever else stands in it is kept, for somebody put it there.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_hex

from ivr.errors import Place, SpeechError

INDEX = "index.csv"
COLUMNS = ("language", "text", "file")
MAX_ROWS = 20_000
MAX_INDEX = 16 << 20  # bytes

_WAY_OUT = "save it as CSV UTF-8, with the columns language, text, file"


def read(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of an index with their lines; none when there is no index.

    Raises SpeechError when it is no such table."""
    place = Place(str(path))
    try:
        if path.stat().st_size > MAX_INDEX:
            raise SpeechError(f"more than {MAX_INDEX >> 20} MiB", place=place)
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise SpeechError(f"it cannot be read: {error.strerror}", place=place) from None
    except UnicodeDecodeError:
        raise SpeechError("it is not in UTF-8", place=place, hint=_WAY_OUT) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="more", restval="", strict=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        if missing := [name for name in COLUMNS if name not in names]:
            raise SpeechError(f"it has no column {missing[0]}", place=place, hint=_WAY_OUT)
        reader.fieldnames = names
        for row in reader:
            row.pop("more", None)
            if any(value.strip() for value in row.values()):
                yield reader.line_num, {name: value.strip() for name, value in row.items()}
            if reader.line_num > MAX_ROWS:
                raise SpeechError(f"it has more than {MAX_ROWS} lines", place=place)
    except csv.Error as error:
        place = Place(str(path), reader.line_num)
        raise SpeechError(f"it is no CSV: {error}", place=place, hint=_WAY_OUT) from None


def dump(rows: Sequence[dict[str, str]]) -> bytes:
    """A table of these rows, with a byte order mark: spreadsheets take Chinese for something else without."""
    more = [name for row in rows for name in row if name not in COLUMNS]
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS, *dict.fromkeys(more)], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def write(path: Path, content: bytes) -> None:
    """Put a file in its place; whoever reads it meanwhile sees the old one. Raises SpeechError."""
    partial = path.with_name(f".{path.name}.{token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise SpeechError(f"{path} cannot be written: {error.strerror}", hint="see speech.recorded") from None
