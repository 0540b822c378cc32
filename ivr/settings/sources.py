"""Where values come from: flags, the environment, configuration files; the stronger wins."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.reader import ReaderError

from ivr import folders
from ivr.errors import SettingsError
from ivr.registry import did_you_mean
from ivr.settings.slips import slip
from ivr.settings.table import Entry, Settings, table


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and for each name where its value came from."""

    settings: Settings
    sources: Mapping[str, str]


def usual_files() -> list[Path]:
    """The configuration files, strongest first."""
    return folders.settings_files()


def load(
    flags: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    files: list[Path] | None = None,
) -> Loaded:
    """Gather the settings.

    Args:
        flags: values from the command line by name (`{"switch.port": 8022}`); None values are passed over.
        environ: the environment; os.environ when left out.
        files: configuration files, strongest first; `./ivr.yaml` and the user's own when left out.

    Raises:
        SettingsError: an unknown name, an unreadable file, a value of the wrong kind; it names the source.
    """
    environ = os.environ if environ is None else environ
    if files is None:
        files = usual_files()
    entries = {entry.name: entry for entry in table()}
    values: dict[str, Any] = {}
    sources = dict.fromkeys(entries, "default")

    def take(name: str, value: Any, source: str) -> None:
        if name not in entries:
            raise SettingsError(
                f'unknown setting "{name}" in {source}', hint=did_you_mean(name, list(entries))
            )
        values[name], sources[name] = value, source

    for file in reversed(files):
        for name, value in _from_file(file, entries):
            take(name, value, str(file))
    for name, entry in entries.items():
        value, variable = _from_environment(entry, environ)
        if variable:
            take(name, value, variable)
    for name, value in (flags or {}).items():
        if value is not None:
            take(name, _parsed(entries.get(name), value, "flag"), "flag")

    nested: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        section, _, key = name.partition(".")
        nested.setdefault(section, {})[key] = value
    try:
        return Loaded(Settings.model_validate(nested), sources)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in problem["loc"][:2])
        raise SettingsError(
            f"{name} (from {sources.get(name, '?')}): {problem['msg'].removeprefix('Value error, ')}",
            hint=problem.get("ctx", {}).get("hint") or "`ivr config show` lists them all",
        ) from None


def _from_file(file: Path, names: Collection[str]) -> Iterator[tuple[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    try:
        content = _yaml(text) or {}
    except yaml.MarkedYAMLError as error:
        raise slip(error, text.splitlines(), str(file)) from None
    except yaml.YAMLError as error:
        cause = error.reason if isinstance(error, ReaderError) else error
        raise SettingsError(f"{file} is not YAML: {cause}", hint="save it as plain UTF-8 text") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{file} does not hold sections", hint="write `switch: {host: 10.0.0.5}`")
    for section, holder in content.items():
        if not isinstance(holder, dict):
            known = [name.partition(".")[2] for name in names if name.startswith(f"{section}.")]
            hint = f"write them below it, two spaces further in: `{known[0]}: …`" if known else ""
            raise SettingsError(
                f'{file}: section "{section}" does not hold settings',
                hint=hint or did_you_mean(str(section), list(Settings.model_fields)),
            )
        for name, value in holder.items():
            yield f"{section}.{name}", value


def _yaml(text: str) -> Any:
    """YAML whose values are all texts, as they are in flags and the environment: `+86` is no number."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists, mappings


def _from_environment(entry: Entry, environ: Mapping[str, str]) -> tuple[Any, str]:
    text = environ.get(entry.env)
    variable = entry.env
    if text is None and (path := environ.get(entry.env + "_FILE")):
        variable += "_FILE"
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{variable}: {error}") from None
    if text is None:
        return None, ""
    return _parsed(entry, text, variable), variable


def _parsed(entry: Entry | None, value: Any, source: str) -> Any:
    """`value` as its setting wants it: in flags and the environment, lists and mappings stand on one line."""
    if entry is None or not isinstance(value, str) or not isinstance(entry.default, list | dict):
        return value
    try:
        return _yaml(value if value[:1] in ("[", "{") else f"[{value}]")
    except yaml.YAMLError:
        raise SettingsError(
            f"{entry.name} (from {source}): not a list",
            hint="separate values by commas, or write {name: value}",
        ) from None
