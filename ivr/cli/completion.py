"""`ivr completion`: the shell script that completes `ivr`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that completes `ivr` in SHELL.

    bash: `eval "$(ivr completion bash)"` in ~/.bashrc · zsh: the same in ~/.zshrc · fish:
    `ivr completion fish > ~/.config/fish/completions/ivr.fish`
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"{shell} cannot be completed")
    click.echo(kind(context.find_root().command, {}, "ivr", "_IVR_COMPLETE").source())
