"""``--set TABLE.NAME=VALUE``: settings stated on the command line, by table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from jobfit.errors import InputError


def stated_settings(items: Sequence[str], tables: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what ``--set`` says, {table: {name: value}}; values are read as YAML, and 2e-5 as a number.

    >>> stated_settings(["loop.epochs=3", "loop.learning_rate=2e-5"], ("loop",))
    {'loop': {'epochs': 3, 'learning_rate': 2e-05}}

    Raises:
        InputError: another table, no value, or one that cannot be read.
    """
    import yaml

    found: dict[str, dict[str, Any]] = {}
    for item in items:
        key, equals, value = item.partition("=")
        table, dot, name = key.partition(".")
        if not equals or not dot or table not in tables:
            raise InputError(f"--set {item!r}: write TABLE.NAME=VALUE with one of the tables {', '.join(tables)}")
        try:
            read = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise InputError(f"--set {item!r}: the value cannot be read") from error
        found.setdefault(table, {})[name] = float(read) if isinstance(read, str) and _is_number(read) else read
    return found


def _is_number(text: str) -> bool:
    """Whether YAML left a number such as 2e-5 as a text."""
    try:
        float(text)
    except ValueError:
        return False
    return True
