"""A command is a use case of ``app`` with its options, its help and its result, printed as JSON or for people."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from inspect import Parameter, Signature, getdoc
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import typer
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from typer.models import OptionInfo, ParameterInfo

from jobfit.app.wire import Request
from jobfit.cli.output import show, telling
from jobfit.errors import InputError

SOME_REJECTED = 3  # the exit code where some inputs could not be used
Change = ParameterInfo | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class _Option:
    path: tuple[str, ...]  # where its value goes in the request
    field: FieldInfo
    parameter: Parameter


@dataclass(frozen=True, slots=True)
class Csv:
    """What ``--csv`` does: its help, and the text for a result."""

    help: str
    text: Callable[[Any], str]


def command(
    use_case: Callable[..., Any],
    for_people: Callable[[Any], None],
    *,
    csv: Csv | None = None,
    leave: Callable[[Any, Any], int] = lambda result, request: 0,
    **changes: Change,
) -> Callable[..., Any]:
    """Make the command of ``use_case(request, progress)``; its docstring up to ``Raises:`` is the help.

    A field of the request becomes ``--its-name``; a field of one letter also ``-k``; a switch that is off has no
    ``--no-``. A group (a field that is a request itself) gives its own fields, called by its ``prefix`` and their name.
    ``changes`` say what only a command line needs: a :func:`typer.Argument`, an option with a metavar, other option
    names, or ``None`` for what the command does not offer. ``leave(result, request)`` is the exit code.

    Raises:
        InputError: (when the command runs) the values do not go together.
    """
    hints = get_type_hints(use_case)
    options = {option.parameter.name: option for option in _options(hints["request"], changes)}

    def run(*, as_json: bool = False, as_csv: bool = False, **given: Any) -> Any:
        if as_json and as_csv:
            raise InputError("give at most one of --json and --csv")
        request = _filled(hints["request"], options, given)
        with telling() as told:
            result = use_case(request, told)
        if csv and as_csv:
            print(csv.text(result), end="")
        else:
            show(result, as_json, for_people)
        if code := leave(result, request):
            raise typer.Exit(code)
        return result

    parameters = [option.parameter for option in options.values()]
    parameters.append(_switch("as_json", "--json", "Print one JSON object on stdout."))
    if csv is not None:
        parameters.append(_switch("as_csv", "--csv", csv.help))
    run.__signature__ = Signature(parameters, return_annotation=hints["return"])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": hints["return"]}
    run.__doc__ = (getdoc(use_case) or "").partition("\n\nRaises:")[0]
    return run


def _switch(name: str, flag: str, text: str) -> Parameter:
    hint: Any = Annotated[bool, typer.Option(flag, help=text)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=False, annotation=hint)


def _options(request: type[Request], changes: dict[str, Change], path: tuple[str, ...] = ()) -> Iterator[_Option]:
    for field_name, field in request.model_fields.items():
        name, where, hint = request.prefix + field_name, (*path, field_name), field.annotation
        if isinstance(hint, type) and issubclass(hint, Request):
            yield from _options(hint, changes, where)
        elif changes.get(name, ()) is not None:
            info = _info(name, field, changes.get(name))
            info.rich_help_panel = request.title
            annotation: Any = Annotated[_shown(hint), info]
            parameter = Parameter(name, Parameter.KEYWORD_ONLY, default=_default(field), annotation=annotation)
            yield _Option(where, field, parameter)


def _info(name: str, field: FieldInfo, change: Change) -> ParameterInfo:
    flag = "--" + name.replace("_", "-")
    info = copy(change) if isinstance(change, ParameterInfo) else typer.Option(*(change or ()))
    if isinstance(info, OptionInfo) and info.default is ...:
        if len(name) == 1:
            info.param_decls = (f"-{name}", flag)
        elif field.annotation is bool and field.default is False:
            info.param_decls = (flag,)
    info.help = info.help or field.description
    for limit in field.metadata:
        info.min = getattr(limit, "ge", info.min)
        info.max = getattr(limit, "le", info.max)
    if date in (field.annotation, *get_args(field.annotation)):
        info.formats = ["%Y-%m-%d"]
    return info


def _default(field: FieldInfo) -> Any:
    if field.annotation is date:
        return None
    if field.is_required():
        return Parameter.empty
    return None if field.default == () else field.default


def _shown(hint: Any) -> Any:
    if hint is date:
        return datetime
    if get_origin(hint) in (Union, types.UnionType):
        return Union[tuple(_shown(part) for part in get_args(hint))]  # noqa: UP007
    return list[_shown(get_args(hint)[0])] if get_origin(hint) is tuple else hint  # type: ignore[misc]


def _filled(request: type[Request], options: dict[str, _Option], given: dict[str, Any]) -> Request:
    """Return the request with the values that are not the defaults, so that it knows which fields were set."""
    values: dict[str, Any] = {}
    for name, value in given.items():
        option = options[name]
        if value is None and option.field.annotation is date:
            value = datetime.now(UTC)  # the only place where a command reads the clock
        if isinstance(value, datetime):
            value = value.date()
        if value is None or value == [] or value == option.parameter.default:
            continue
        group = values
        for part in option.path[:-1]:
            group = group.setdefault(part, {})
        group[option.path[-1]] = value
    try:
        return request.model_validate(values)
    except ValidationError as error:
        raise InputError("; ".join(_said(one["loc"], one["msg"]) for one in error.errors())) from error


def _said(place: tuple[int | str, ...], message: str) -> str:
    where = "-".join(str(part).replace("_", "-") for part in place)
    return f"--{where}: {message}" if where else message.removeprefix("Value error, ")
