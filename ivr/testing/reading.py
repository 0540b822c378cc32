"""Files of tests, read and checked: cases that can be played, and all that is wrong with the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ivr.errors import Finding, FlowError, IvoryError, Place
from ivr.flow import shape, yaml
from ivr.flow.checks import Path as OptionPath
from ivr.flow.model import LoadedFlow
from ivr.flow.shape import Subject
from ivr.flow.types import shortened
from ivr.registry import did_you_mean
from ivr.testing.case import Case, made
from ivr.testing.check import Places, check
from ivr.testing.model import CaseModel, SuiteModel

MAX_FINDINGS = 100  # of one file; whoever has more repairs those first
MAX_CASES = 10_000  # of one file, with those that `each` makes
_NAME = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_CASES = re.compile(rb"^cases:", re.MULTILINE)
_FLOW = re.compile(rb"^flow:\s*[\"']?([a-z_][a-z0-9_]*)", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """What files of tests hold."""

    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]


def files(paths: Iterable[Path]) -> list[Path]:
    """The files of tests among `paths`: files themselves, and those in folders, or in their `tests`.

    Raises:
        IvoryError: a folder that cannot be read.
    """
    found: list[Path] = []
    for path in paths:
        folder = path / "tests" if (path / "tests").is_dir() else path
        try:
            inside = sorted(folder.glob("*.yaml")) if path.is_dir() else [path]
            # Where tests have no folder of their own, only what looks like tests is taken for such.
            found += [file for file in inside if file == path or folder.name == "tests" or _tests(file)]
        except OSError as error:
            raise IvoryError(f"the tests at {folder} cannot be read: {error.strerror}") from None
    return list(dict.fromkeys(found))


def _tests(file: Path) -> bool:
    """Whether a file that stands among others holds tests."""
    try:
        return _CASES.search(file.read_bytes()) is not None
    except OSError:
        return False


def files_of(flow: str, paths: Iterable[Path]) -> list[Path]:
    """The files of `files(paths)` that test one flow; one that cannot be read is among them."""
    return [path for path in files(paths) if _tested(path) in (flow, None)]


def _tested(path: Path) -> str | None:
    """The flow a file tests, by a look at its first level; None where it does not say."""
    try:
        found = _FLOW.search(path.read_bytes())
    except OSError:
        return None
    return found[1].decode() if found else None


def read(paths: Sequence[Path], flows: Mapping[str, LoadedFlow]) -> Reading:
    """Every case of these files, and every finding, file by file."""
    cases: list[Case] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            some, wrong = parse(path.read_bytes(), str(path), flows)
        except FlowError as error:
            some, wrong = [], list(error.findings)
        except OSError as error:
            message = f"cannot be read: {error.strerror}"
            some, wrong = [], [Finding(Place(str(path)), "F099", message, "look at its rights")]
        cases += some
        findings += sorted(wrong, key=lambda one: (one.place.line, one.place.column, one.code))[:MAX_FINDINGS]
    return Reading(tuple(cases), tuple(findings))


def parse(text: bytes, file: str, flows: Mapping[str, LoadedFlow]) -> tuple[list[Case], list[Finding]]:
    """The cases of one file that are right, and what is wrong with the others.

    Raises:
        FlowError: it is no YAML, or no file of tests.
    """
    document = yaml.parse(text, file)
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("cases"), list):
        begin = document.place(("cases",) if isinstance(data, dict) else ())
        hint = "begin with `flow: NAME` and `cases:`, a list"
        raise FlowError([Finding(begin, "T100", "a file of tests has a flow and cases", hint)])
    lines = [line.decode(errors="replace") for line in text.removeprefix(b"\xef\xbb\xbf").splitlines()]
    head = {name: value for name, value in data.items() if name != "cases"}
    subject = Subject(document, lines, head, (), SuiteModel, "the tests")
    try:
        suite = SuiteModel.model_validate(head)
    except ValidationError as error:
        return [], list(shape.findings(error, subject))
    findings: list[Finding] = []
    loaded = flows.get(suite.flow)
    if loaded is None:
        hint = did_you_mean(suite.flow, list(flows)) or "`ivr flow lint` says what is wrong with it"
        message = f'there is no flow "{suite.flow}" that can serve'
        return [], [Finding(document.place(("flow",)), "T108", message, hint)]
    cases: list[Case] = []
    names: set[str] = set()
    findings += check(suite, loaded, flows, partial(place_of, document, ()))
    for index, raw in enumerate(data["cases"]):
        place = partial(place_of, document, ("cases", index))
        subject = Subject(document, lines, raw, ("cases", index), CaseModel, "a case")
        try:
            for number, row in enumerate(rows(raw, place)):
                if len(cases) >= MAX_CASES or len(findings) >= MAX_FINDINGS:
                    break
                model = CaseModel.model_validate(row)
                if model.name in names:
                    message = f'"{shortened(model.name)}" is the name of a case above, too'
                    findings.append(Finding(place(("name",)), "T106", message, "call it otherwise"))
                names.add(model.name)
                findings += check(model, loaded, flows, partial(place_in_row, place, raw, number))
                language = model.caller.language or suite.caller.language or loaded.flow.languages[0]
                cases.append(made(suite, model, file, language, place))
        except ValidationError as error:
            findings += shape.findings(error, subject)
        except FlowError as error:
            findings += error.findings
    findings = list(dict.fromkeys(findings))  # each line of an `each` would say it again
    return ([], findings) if findings else (cases, [])


def place_of(document: yaml.Document, prefix: OptionPath, path: OptionPath, *, key: bool = False) -> Place:
    """Where an option stands; levels of a long form that a designer left out are passed over."""
    data, written = document.data, list[str | int]()
    for step in (*prefix, *path):
        listed = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if listed or (isinstance(data, dict) and step in data):
            data = data[step]
            written.append(step)
    return document.place(written, key=key)


# each: -----------------------------------------------------------------------------------------------


def place_in_row(place: Places, raw: Any, number: int, path: OptionPath, *, key: bool = False) -> Place:
    """Where an option stands that a line of `each` fills: in that line, if its value is all that there is."""
    written = raw
    for step in path:
        listed = isinstance(written, list) and isinstance(step, int) and step < len(written)
        if listed or (isinstance(written, dict) and step in written):
            written = written[step]
    found = _NAME.fullmatch(written.strip()) if isinstance(written, str) and not key else None
    return place(("each", number, found[1])) if found and "each" in raw else place(path, key=key)


def rows(raw: Any, place: Places) -> Iterator[Any]:
    """A case as often as its `each` says, with its values put in.

    Raises:
        FlowError: `each` is no list of mappings, or a name is in none of its lines.
    """
    if not isinstance(raw, dict) or "each" not in raw:
        yield raw
        return
    table = raw["each"]
    if not isinstance(table, list) or not table or not all(isinstance(row, dict) and row for row in table):
        message, hint = "`each` is a list of values by name", "write `- {key: 1, node: bill}` for each line"
        raise FlowError([Finding(place(("each",), key=True), "F103", message, hint)])
    rest = {name: value for name, value in raw.items() if name != "each"}
    for index, row in enumerate(table):
        missing: dict[str, OptionPath] = {}
        filled = _filled(rest, row, (), missing)
        if missing:
            raise FlowError(
                [
                    Finding(
                        place(path),
                        "T107",
                        f'line {index + 1} of `each` has no value "{shortened(name)}"',
                        did_you_mean(name, list(row)) or f"add `{name}:` to it",
                    )
                    for name, path in missing.items()
                ]
            )
        if filled.get("name") == rest.get("name"):
            filled["name"] = f"{rest.get('name')} ({', '.join(map(str, row.values()))})"
        yield filled


def _filled(part: Any, row: Mapping[str, Any], path: OptionPath, missing: dict[str, OptionPath]) -> Any:
    if isinstance(part, dict):
        return {
            _shown(_filled(key, row, path, missing)): _filled(value, row, (*path, key), missing)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_filled(value, row, (*path, index), missing) for index, value in enumerate(part)]
    if not isinstance(part, str) or "{{" not in part:
        return part
    for name in _NAME.findall(part):
        if name not in row:
            missing.setdefault(name, path)
    if missing:
        return part
    if whole := _NAME.fullmatch(part.strip()):
        return row[whole[1]]
    return _NAME.sub(lambda found: _shown(row[found[1]]), part)


def _shown(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
