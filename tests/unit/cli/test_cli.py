"""The command line as a whole: what it costs, how it fails, that everything in it has words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ivr import cli as package
from ivr import settings
from ivr.cli import COMMANDS, cli, run
from ivr.cli.options import SHORTCUTS

PROJECT = Path(__file__).parents[3]
SLOW = {"gevent", "pydantic", "rich", "structlog", "requests"}


def commands(group: click.Group, path: str = "ivr") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in COMMANDS if group is cli else group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


ALL = dict(commands(cli))


def after(args: tuple[str, ...], question: str, **environ: str) -> tuple[str, str]:
    """What a command line prints, and what Python answers to a question afterwards."""
    script = (
        "import sys, ivr.cli\n"
        f"try: ivr.cli.run({list(args)!r})\n"
        "except SystemExit: pass\n"
        f"print({question}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, **environ},
        cwd=PROJECT,
        timeout=30,
        check=True,
    )
    return done.stdout, done.stderr


IMPORTED = "*{name.partition('.')[0] for name in sys.modules}"


def test_help_imports_nothing_slow() -> None:
    assert set(after(("--help",), IMPORTED)[1].split()) & SLOW == set()


def test_completing_a_command_imports_nothing_slow() -> None:
    typed = {"_IVR_COMPLETE": "bash_complete", "COMP_WORDS": "ivr fl", "COMP_CWORD": "1"}
    script = (
        "import sys, ivr.cli; sys.argv[:] = ['ivr']\ntry: ivr.cli.run()\nfinally: print("
        + IMPORTED
        + ", file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, **typed},
        cwd=PROJECT,
        timeout=30,
        check=False,
    )
    assert "plain,flow" in done.stdout
    assert set(done.stderr.split()) & SLOW == set()


@pytest.mark.parametrize(
    "args", [("config", "show"), ("flow", "lint"), ("flow", "list"), ("calls", "--help")]
)
def test_commands_without_calls_do_without_gevents_patches(args: tuple[str, ...]) -> None:
    question = "'gevent.monkey' in sys.modules and sys.modules['gevent.monkey'].is_anything_patched()"
    assert after(args, question)[1].splitlines()[-1] == "False"


@pytest.mark.parametrize("path", list(ALL))
def test_every_command_and_option_says_what_it_is_for(path: str) -> None:
    command = ALL[path]
    assert (command.help or "").strip()
    for param in command.params:
        assert not isinstance(param, click.Option) or param.help, param.name


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_summary_of_a_command_begins_as_its_help_does(name: str) -> None:
    command = ALL[f"ivr {name}"]
    assert command.hidden or command.get_short_help_str(200)
    assert isinstance(command, click.Group) <= ((command.help or "").splitlines()[0] == COMMANDS[name])


def test_shortcuts_stand_for_settings_that_exist() -> None:
    assert {name for name, *_ in SHORTCUTS.values()} <= {entry.name for entry in settings.table()}


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["cofnig"]) == 2
    assert "cofnig" in capsys.readouterr().err


def test_an_error_of_ivory_is_one_line_with_its_code_and_the_way_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["flow", "lint", "--flows", "/nowhere"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("error: ")
    assert "I000" in err
    assert "--flows" in err


def test_a_setting_that_does_not_exist_is_bad_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", "--set", "switch.prot=1"]) == 78
    assert 'did you mean "switch.port"?' in capsys.readouterr().err


def test_an_interrupt_has_its_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_context: click.Context) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(package.cli, "invoke", interrupted)
    assert run(["config"]) == 130


def test_a_reader_who_has_enough_is_no_error() -> None:
    script = f"{sys.executable} -m ivr config show | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], capture_output=True, text=True, cwd=PROJECT, timeout=30
    )
    assert done.stderr == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_ask_ivr(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert f"_IVR_COMPLETE={shell}_complete" in capsys.readouterr().out.replace(" ", "") or shell == "fish"
