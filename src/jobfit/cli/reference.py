"""The page of all commands and their options, written from the commands themselves: ``make docs``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

_HEAD = """# Commands

Written by `make docs` from the commands themselves; do not edit. Keys of `--json`, exit codes and environment
variables are in the README.
"""


def commands_page() -> str:
    """Return the page: for each command what it does, its arguments and its options with their defaults."""
    from typer.main import get_command

    from jobfit.cli.app import app

    group: Any = get_command(app)
    return "\n".join([_HEAD, *(_section(name, command) for name, command in group.commands.items())])


def _section(name: str, command: Any) -> str:
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    usage = " ".join(["jobfit", name, *(_metavar(argument) for argument in arguments), "[OPTIONS]"])
    rows = [_row(parameter) for parameter in command.params]
    return "\n".join([f"## jobfit {name}\n", f"{command.help}\n", f"`{usage}`\n", "| | |", "| --- | --- |", *rows, ""])


def _metavar(argument: Any) -> str:
    return argument.metavar or argument.name.upper()


def _row(parameter: Any) -> str:
    is_argument = parameter.param_type_name == "argument"
    names = [_metavar(parameter)] if is_argument else [*parameter.opts, *parameter.secondary_opts]
    notes = [parameter.help or ""]
    if getattr(parameter.type, "choices", None):
        notes.append("One of " + ", ".join(f"`{_value(choice)}`" for choice in parameter.type.choices) + ".")
    if parameter.required:
        notes.append("Required.")
    elif parameter.default is not None and not getattr(parameter, "is_flag", False):
        notes.append(f"Default: `{_value(parameter.default)}`.")
    elif parameter.secondary_opts:
        notes.append(f"Default: `{(parameter.opts if parameter.default else parameter.secondary_opts)[0]}`.")
    return f"| {', '.join(f'`{name}`' for name in names)} | {' '.join(filter(None, notes))} |"


def _value(value: object) -> str:
    return str(getattr(value, "value", value))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(commands_page(), encoding="utf-8")
