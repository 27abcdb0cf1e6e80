"""Options that belong together are declared once, as the fields of a dataclass, and reach a command as one value."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from functools import wraps
from inspect import Parameter, signature
from typing import Any, get_type_hints

Command = Callable[..., None]


def gathered(
    parameter: str, options: type, prefix: str = "", without: Collection[str] = ()
) -> Callable[[Command], Command]:
    """Put the fields of the dataclass ``options`` in the place of a command's ``parameter``, which gets them together.

    What a field says to Typer stands in its annotation, once for every command; its option is called ``prefix`` and
    its own name. ``without`` names fields that the command does not offer; they keep their defaults.
    """
    hints = get_type_hints(options, include_extras=True)
    stated = {
        prefix + one.name: Parameter(
            prefix + one.name, Parameter.KEYWORD_ONLY, annotation=hints[one.name],
            default=Parameter.empty if one.default is MISSING else one.default,
        )
        for one in fields(options)
        if one.name not in without
    }  # fmt: skip

    def declare(command: Command) -> Command:
        @wraps(command)
        def run(*arguments: Any, **given: Any) -> None:
            mine = {name.removeprefix(prefix): given.pop(name) for name in stated if name in given}
            command(*arguments, **{parameter: options(**mine)}, **given)

        own = signature(command, eval_str=True)
        parameters = [
            one
            for name, own_one in own.parameters.items()
            for one in (stated.values() if name == parameter else [own_one])
        ]
        run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return declare
