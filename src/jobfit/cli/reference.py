"""The page of all commands and their options, written from the commands themselves: ``make docs``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

_HEAD = """# Commands

Written by `make docs` from the commands themselves; do not edit. Keys of `--json`, exit codes and environment
variables are in the README.
"""


def commands_page() -> str:
    """Return the page: for each command what it does, its arguments and its options with their defaults."""
    from typer.main import get_command

    from jobfit.cli.app import app

    group: Any = get_command(app)
    return "\n".join([_HEAD, *(_section(name, command) for name, command in _commands(group))])


def _commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command with its whole name; a group of commands gives those in it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def _section(name: str, command: Any) -> str:
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    usage = " ".join(["jobfit", name, *(_metavar(argument) for argument in arguments), "[OPTIONS]"])
    hints = get_type_hints(command.callback)
    rows = [_row(parameter, _choices(hints[parameter.name])) for parameter in command.params]
    return "\n".join([f"## jobfit {name}\n", f"{command.help}\n", f"`{usage}`\n", "| | |", "| --- | --- |", *rows, ""])


def _choices(hint: Any) -> list[str]:
    """The values of the enumeration in a type hint, if there is one."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [f"`{choice.value}`" for choice in hint]
    return [choice for part in get_args(hint) for choice in _choices(part)]


def _metavar(argument: Any) -> str:
    return argument.metavar or argument.name.upper()


def _row(parameter: Any, choices: list[str]) -> str:
    is_argument = parameter.param_type_name == "argument"
    names = [_metavar(parameter)] if is_argument else [*parameter.opts, *parameter.secondary_opts]
    notes = [parameter.help or ""]
    if choices:
        notes.append(f"One of {', '.join(choices)}.")
    if parameter.required:
        notes.append("Required.")
    elif parameter.secondary_opts:
        notes.append(f"Default: `{(parameter.opts if parameter.default else parameter.secondary_opts)[0]}`.")
    elif parameter.default is not None and parameter.default is not False:
        notes.append(f"Default: `{parameter.default}`.")
    return f"| {', '.join(f'`{name}`' for name in names)} | {' '.join(filter(None, notes))} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(commands_page(), encoding="utf-8")
