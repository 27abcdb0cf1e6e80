"""Settings that check themselves: a frozen dataclass whose annotations say what each value may be.

``learning_rate: Above0 = 2e-5`` is all there is to write; :func:`check_fields` in ``__post_init__`` holds the values
against the annotations (pydantic), and :func:`build` makes the settings from the tables of a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError

from jobfit.errors import InputError

T = TypeVar("T")
_LARGEST = 1e12
Count = Annotated[int, Field(ge=1, lt=2**63)]
Whole = Annotated[int, Field(ge=0, lt=2**63)]
Above0 = Annotated[float, Field(gt=0, allow_inf_nan=False)]
From0 = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1)]


def check_fields(settings: Any) -> None:
    """Hold every field of a dataclass against its annotation; the error says which, what it may be and what it is."""
    for name, adapter in _adapters(type(settings)).items():  # type: ignore[arg-type]  # a class is hashable
        value = getattr(settings, name)
        _check_size(name, value)
        try:
            adapter.validate_python(value, strict=True)
        except ValidationError as error:
            raise InputError(_said(name, value, error)) from error


def build(kind: type[T], values: Mapping[str, Any], where: str) -> T:
    """Build a settings dataclass from the table of a file: lists become tuples, whole numbers floats where due."""
    adapters = _adapters(kind)  # type: ignore[arg-type]
    if unknown := sorted(set(values) - adapters.keys()):
        raise InputError(f"{where}: unknown setting {unknown[0]!r}; there are: {', '.join(adapters)}")
    read: dict[str, Any] = {}
    for name, value in values.items():
        _check_size(f"{where}: {name}", value)
        try:
            read[name] = adapters[name].validate_json(json.dumps(value, default=str), strict=True)
        except ValidationError as error:
            raise InputError(f"{where}: {_said(name, value, error)}") from error
    try:
        return kind(**read)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error


@cache
def _adapters(kind: Any) -> Mapping[str, TypeAdapter[Any]]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: TypeAdapter(hints[field.name]) for field in fields(kind) if field.init}


def _check_size(name: str, value: object) -> None:
    """Refuse NaN, infinity and absurd sizes: no setting means one, and a bound such as ``float`` lets them pass."""
    numbers = value if isinstance(value, list | tuple) else (value,)
    if not all(abs(number) <= _LARGEST for number in numbers if isinstance(number, float)):
        raise InputError(f"{name} should be a number up to {_LARGEST:g}, not {value!r}")


def _said(name: str, value: object, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    problem = first["msg"].removeprefix("Input ")
    return f"{name} {problem}, not {value!r}"
