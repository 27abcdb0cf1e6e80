"""Files that people write, YAML or TOML, checked by a pydantic model; errors name the place and what is allowed there.

YAML 1.1 turns some texts into other numbers in silence (``1:30`` into 90, ``010`` into 8), keeps the last of two equal
keys, and has sets, merged keys and other types. Here each of these is an error with its line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, StrictBool, StringConstraints, ValidationError

from jobfit.artifacts import read_text
from jobfit.errors import InputError, JobfitError

if TYPE_CHECKING:
    import yaml

LARGEST = 1_000_000  # characters; such a file is a page
MOST_DIGITS = 30
_DEEPEST = 100
_KINDS = ("null", "bool", "int", "float", "str", "timestamp", "seq", "map")
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in _KINDS)
_PLAIN_NUMBER = re.compile(r"[-+]?(0|[1-9]\d*)(\.\d*)?([eE][-+]?\d+)?|[-+]?\.\d+([eE][-+]?\d+)?|[-+]?\.(inf|nan)", re.I)
_SHOWN = 80  # characters of a value in a message
_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")
Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]
Flag = StrictBool


def number(*, above: float | None = None, least: float = 0.0, most: float = 1e6) -> BeforeValidator:
    """Return a validator of a number ``above`` or from ``least`` on, up to ``most``; text, true and false are none."""
    low = f"from {least:g}" if above is None else f"above {above:g}"

    def check(value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and value > most:
            raise ValueError(f"expected a number up to {most:,.0f}, not {shown(value)}")
        if not is_number or not (value >= least if above is None else value > above):
            as_text = isinstance(value, str) and _EXPONENT.fullmatch(value)
            advice = "; with an exponent, YAML needs a point and a sign: 1.0e+3" if as_text else ""
            raise ValueError(f"expected a number {low}, not {shown(value)}{advice}")
        return float(value)

    return BeforeValidator(check)


def whole(least: int = 0, most: int = 10**6) -> BeforeValidator:
    """Return a validator of a whole number from ``least`` to ``most``; text, true, false and 3.0 are none."""

    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"expected a whole number from {least} to {most:,}, not {shown(value)}")
        return value

    return BeforeValidator(check)


def choice(allowed: Collection[str]) -> BeforeValidator:
    """Return a validator of one of ``allowed``, which suggests the nearest."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{shown(value)} is unknown{hint(str(value), allowed)}. Allowed: {', '.join(allowed)}")
        return value

    return BeforeValidator(check)


def shown(value: object) -> str:
    """Return a value as it is written in a message: a long one is cut.

    >>> shown("7 years")
    "'7 years'"
    """
    try:
        written = repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        written = "a number of thousands of digits"
    return written if len(written) <= _SHOWN else written[: _SHOWN - 1] + "…"


def hint(word: str, known: Collection[str]) -> str:
    """Return ``; did you mean 'x'`` for the nearest of ``known``, or an empty text where none is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f"; did you mean {near[0]!r}" if near else ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The content of a file, not checked yet. ``where`` begins each message; ``root`` knows the lines of YAML."""

    data: Any
    where: str
    root: yaml.Node | None = None

    def checked(self, model: type[Model], error: type[JobfitError] = InputError, context: Any = None) -> Model:
        """Return the content as ``model``; the ``error`` names the first mistake, where it is and what is allowed."""
        try:
            return model.model_validate(self.data, context=context)
        except ValidationError as invalid:
            first = invalid.errors(include_url=False)[0]
            line = _line(self.root, first["loc"])
            place = [self.where, *([f"line {line}"] if line else []), *_steps(first)]
            raise error(f"{', '.join(place)}: {_problem(model, first)}") from invalid


def read_settings(path: Path, error: type[JobfitError] = InputError) -> Settings:
    """Return the content of a YAML file, or of a TOML file by its name; an empty file gives an empty mapping.

    Refused with an ``error``: a file that cannot be read, is too large or broken, uses aliases or tags, repeats a key,
    or holds a number that YAML takes for another one.
    """
    text = read_text(path, error=error)
    if len(text) > LARGEST:
        raise error(f"{path}: {len(text)} characters are too many for such a file")
    if path.suffix == ".toml":
        return parse_toml(text, str(path), error)
    settings = parse_yaml(text, str(path), error)
    if not isinstance(settings.data, dict | None):
        raise error(f"{path}: expected 'key: value' lines at the top")
    return replace(settings, data=settings.data or {})


def parse_toml(text: str, where: str, error: type[JobfitError] = InputError) -> Settings:
    """Return the content of a TOML text; ``where`` begins the message of an ``error``."""
    try:
        return Settings(tomllib.loads(text), where)
    except (RecursionError, ValueError) as cause:
        raise error(f"{where}: this is not valid TOML: {' '.join(str(cause).split())}") from cause


def parse_yaml(text: str, where: str, error: type[JobfitError] = InputError) -> Settings:
    """Return the value of a YAML text; what is refused is said in :func:`read_settings`."""
    import yaml

    # PyYAML takes time by the square of the depth. Brackets in quotes count too: no setting has that many.
    if any(depth > _DEEPEST for depth in accumulate((c in "[{") - (c in "]}") for c in text)):
        raise error(f"{where}: brackets are nested more than {_DEEPEST} deep")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        for line, problem in _problems(root):
            raise error(f"{where}, line {line}: {problem}")
        return Settings(yaml.safe_load(text), where, root)
    except (yaml.YAMLError, RecursionError, ValueError) as cause:
        raise error(f"{where}: this is not valid YAML: {' '.join(str(cause).split())}") from cause


def _problems(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Yield (line, problem) for repeated keys, aliases, tags, and numbers that are not what they look like."""
    import yaml

    pending, seen = [root] if root is not None else [], set()
    while pending:
        node = pending.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            yield line, "aliases (&name, *name) are not allowed; write the value out"
            return
        seen.add(id(node))
        if node.tag not in _TAGS:
            kind = "<<" if node.tag.endswith(":merge") else "!!" + node.tag.rpartition(":")[2]
            yield line, f"{shown(kind)} is not allowed; write plain keys, values and lists"
            return
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            yield from ((line, f"the key {key!r} occurs twice") for key in keys if keys.count(key) > 1)
            pending += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
        elif node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
            if len(node.value) > MOST_DIGITS:
                yield line, f"a number of {len(node.value)} digits"
            elif not _PLAIN_NUMBER.fullmatch(node.value):
                advice = f"write it in decimal digits, or as '{node.value}'"
                yield line, f"YAML reads {node.value} as another number; {advice}"


def _line(root: yaml.Node | None, loc: Sequence[int | str]) -> int | None:
    import yaml

    if root is None:
        return None
    node = root
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == step), None)
            if pair is None:
                break
            node = pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
        else:
            break
    return node.start_mark.line + 1


def _steps(error: Any) -> list[str]:
    loc = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return [f"entry {step + 1}" if isinstance(step, int) else str(step) for step in loc]


def _problem(model: type[BaseModel], error: Any) -> str:
    kind, value, loc = error["type"], error["input"], error["loc"]
    if kind == "extra_forbidden":
        allowed = _keys(model, loc[:-1])
        return f"unknown key {shown(loc[-1])}{hint(str(loc[-1]), allowed)}. Allowed: {', '.join(allowed)}"
    if kind == "missing":
        return "it is missing"
    if kind in ("model_type", "dict_type"):
        return f"expected keys and values ({', '.join(_keys(model, loc))}), not {shown(value)}"
    if kind in ("list_type", "tuple_type"):
        return f"expected a list, not {shown(value)}; write it as [a, b] or one '- a' a line"
    if kind.startswith("string_"):
        return f"expected a text, not {shown(value)}"
    if kind == "bool_type":
        return f"expected true or false, not {shown(value)}"
    return str(error["ctx"]["error"]) if kind == "value_error" else error["msg"]


def _keys(model: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            model = next(iter(_models(model.model_fields[step].annotation)), model)
    return sorted(model.model_fields, key=lambda name: name not in model.__annotations__)  # inherited ones last


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
