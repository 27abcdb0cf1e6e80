"""Checks on the values of a policy file; every error names the place in the file and what is allowed there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from jobfit.errors import PolicyError
from jobfit.settings_file import hint


def mapping(value: Any, where: str, allowed: Collection[str]) -> Mapping[str, Any]:
    """Return ``value`` if it is a mapping whose keys are all ``allowed``."""
    if not isinstance(value, dict):
        raise PolicyError(f"{where}: expected keys and values ({', '.join(allowed)}), not {value!r}")
    for key in value:
        if key not in allowed:
            raise PolicyError(f"{where}: unknown key {key!r}{hint(str(key), allowed)}. Allowed: {', '.join(allowed)}")
    return value


def sequence(value: Any, where: str) -> list[Any]:
    """Return ``value`` if it is a list."""
    if not isinstance(value, list):
        raise PolicyError(f"{where}: expected a list, not {value!r}; write it as [a, b] or one '- a' a line")
    return value


def words(value: Any, where: str) -> str:
    """Return ``value`` without blanks at its ends if it is a text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(f"{where}: expected a text, not {value!r}")
    return value.strip()


def number(value: Any, where: str, least: float | None = None) -> float:
    """Return ``value`` if it is a finite number, from ``least`` on or, without it, above 0."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
    if not good or not (value > 0 if least is None else value >= least):
        raise PolicyError(
            f"{where}: expected a number {'above 0' if least is None else f'from {least:g}'}, not {value!r}"
        )
    return float(value)


def flag(value: Any, where: str) -> bool:
    """Return ``value`` if it is true or false."""
    if not isinstance(value, bool):
        raise PolicyError(f"{where}: expected true or false, not {value!r}")
    return value


def choice(value: Any, where: str, allowed: Collection[str]) -> str:
    """Return ``value`` if it is one of ``allowed``."""
    if value not in allowed:
        raise PolicyError(f"{where}: {value!r} is unknown{hint(str(value), allowed)}. Allowed: {', '.join(allowed)}")
    return str(value)
