"""The statements of ``queries.sql``, by name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import LiteralString, cast

from psycopg import sql

_HEAD = re.compile(r"^-- (\w+) --$", re.MULTILINE)


@cache
def statement(name: str) -> LiteralString:
    """Return one statement. It is as safe as a literal: the file is part of the package."""
    return cast(LiteralString, _read()[name])


def filled(name: str, **parts: object) -> sql.Composed:
    """Return a statement with each ``{part}`` put in: an identifier or a list of them as it is, a value quoted."""
    ready = {key: part if isinstance(part, sql.Composable) else sql.Literal(part) for key, part in parts.items()}
    return sql.SQL(statement(name)).format(**ready)


@cache
def _read() -> dict[str, str]:
    parts = _HEAD.split(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))[1:]
    return dict(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))
