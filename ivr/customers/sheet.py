"""The rows of a CSV file, whoever saved it: in which encoding, with which separator, with what Excel adds."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.errors import ImportFailed, Place

LONGEST = 1 << 20
"""Characters of one cell at most."""
SEPARATORS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_INVISIBLE = dict.fromkeys(
    map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\0")
)
_ARMED = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins in, and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's rows, without the empty ones, the headings first; and what was found out of it."""

    rows: tuple[Row, ...]
    encoding: str
    separator: str


def read(data: bytes, name: str, encoding: str = "") -> Sheet:
    """The rows of a file.

    Raises:
        ImportFailed: it is no text in the encoding (nor in any that was tried), or no CSV.
    """
    text, found = _decoded(data, name, encoding)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator, skipped = _separator(text)
    lines = text.split("\n", skipped)[skipped]
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=separator, strict=True)
    before = csv.field_size_limit(LONGEST)
    try:
        rows = tuple(row for row in _rows(reader, skipped) if any(row.cells))
    except csv.Error as error:
        raise ImportFailed(
            f"it cannot be read as CSV: {error}",
            place=Place(name, reader.line_num + skipped),
            hint='is a quotation mark missing? a text that holds one is written with two: "the ""red"" one"',
        ) from None
    finally:
        csv.field_size_limit(before)
    return Sheet(rows, found, separator)


def armoured(text: str) -> str:
    """A text that a spreadsheet does not take for a formula; `read` takes the armour off."""
    return f"'{text}" if text.startswith((*_ARMED, "'", "\t")) else text


def _decoded(data: bytes, name: str, encoding: str) -> tuple[str, str]:
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), "")
    tried = [encoding] if encoding else [marked] if marked else ["utf-8", "gb18030"]
    for codec in tried:
        try:
            return data.decode(codec), codec
        except (UnicodeError, LookupError):
            continue
    raise ImportFailed(
        f"{name} is no text in {' or '.join(tried)}",
        hint="save it as `CSV UTF-8`, or name its encoding: --encoding big5",
    )


def _separator(text: str) -> tuple[str, int]:
    """The separator, and how many lines say nothing else: Excel writes `sep=;` where it must not guess."""
    first = text.lstrip("\n").split("\n", 1)[0]
    if said := re.fullmatch(r'"?sep=(.)"?', first.strip(" "), re.IGNORECASE):
        return said[1], text.split("\n").index(first) + 1
    return max(SEPARATORS, key=first.count), 0


def _rows(reader: Iterator[list[str]], skipped: int) -> Iterator[Row]:
    line = skipped + 1
    for cells in reader:
        yield Row(line, tuple(map(_cleaned, cells)))
        line = reader.line_num + skipped + 1  # type: ignore[attr-defined] # the reader of the module csv


def _cleaned(cell: str) -> str:
    text = cell.translate(_INVISIBLE).strip()
    if formula := _FORMULA.fullmatch(text):  # Excel's own way to keep a number's zeros
        text = formula[1].replace('""', '"')
    if text.startswith("'") and text[1:2] in (*_ARMED, "'", "\t", *"0123456789"):
        text = text[1:]
    return text.strip()
