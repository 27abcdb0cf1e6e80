"""What ``make docs`` writes from the commands: a page of their options, the schema of what each prints, the help."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from jobfit.app.wire import Failure
from jobfit.artifacts import write_atomic

_HEAD = """# Commands

Written by `make docs` from the commands themselves; do not edit. What each prints with `--json` has a JSON schema in
[docs/json](json/), one file per command. Exit codes and environment variables are in the README.
"""


def commands_page() -> str:
    return "\n".join([_HEAD, *(_section(name, command) for name, command in _commands(_app()))])


def help_lines() -> dict[str, str]:
    return {name: " ".join(command.help.split("\n\n")[0].split()) for name, command in _app().commands.items()}


def schemas() -> dict[str, dict[str, Any]]:
    results = {name: get_type_hints(command.callback).get("return") for name, command in _commands(_app())}
    written = {
        f"{name.replace(' ', '-')}.json": _schema(f"jobfit {name} --json", result)
        for name, result in results.items()
        if result not in (None, type(None))
    }
    return {**written, "failure.json": _schema("any jobfit command with --json that fails", Failure)}


class _Untitled(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True  # what is unknown is null, and is there


def _schema(title: str, result: Any) -> dict[str, Any]:
    schema = TypeAdapter(result).json_schema(mode="serialization", schema_generator=_Untitled)
    return {"$schema": _Untitled.schema_dialect, "title": title} | {k: v for k, v in schema.items() if k != "title"}


def _app() -> Any:
    from typer.main import get_command

    from jobfit.cli.app import app

    return get_command(app)


def _commands(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
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
    if get_origin(hint) is Literal:
        return [f"`{choice}`" for choice in get_args(hint)]
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


def main(docs: Path) -> None:
    """Write ``commands.md`` and ``json/`` to the folder of the documentation, and the help of `jobfit --help`."""
    from jobfit.cli.app import HELP

    (docs / "json").mkdir(exist_ok=True)
    write_atomic(docs / "commands.md", commands_page())
    for path, value in {HELP: help_lines(), **{docs / "json" / name: one for name, one in schemas().items()}}.items():
        write_atomic(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
