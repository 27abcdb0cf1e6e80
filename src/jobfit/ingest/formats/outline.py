"""Fields of a structured source, written out as the plain text that a person would write: headings and lines.

``VOCABULARY`` holds the words for it, and the names under which sources keep their fields: ``vocabulary.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

VOCABULARY: dict[str, Any] = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))


class Outline:
    """Collects lines and sections; :meth:`text` joins them, one blank line between sections.

    ``declared``: the lines of them that are one field of the source each, and no prose.
    """

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self.declared: tuple[str, ...] = ()

    def lines(self, *lines: str) -> Outline:
        return self.section("", lines)

    def fields(self, *lines: str) -> Outline:
        """Add lines of which each writes one field of the source out."""
        self.declared += tuple(line.strip() for line in lines if line.strip())
        return self.lines(*lines)

    def section(self, heading: str, lines: Iterable[str]) -> Outline:
        """Add ``lines`` under ``heading``; nothing is added, not even the heading, where every line is empty."""
        kept = [line.strip() for line in lines if line.strip()]
        if kept:
            self._blocks.append("\n".join([heading, *kept] if heading else kept))
        return self

    def text(self) -> str:
        return "\n\n".join(self._blocks)


def labelled(label: str, value: str) -> str:
    return f"{label}: {value}" if value else ""


def joined(parts: Iterable[str], separator: str = ", ") -> str:
    return separator.join(part for part in parts if part)
