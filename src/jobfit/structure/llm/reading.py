"""What a model read in a record, part by part, and what of its answers was dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from jobfit.records import Stated
from jobfit.structure.llm.answers import Item
from jobfit.structure.llm.check_item import Dropped, check_item, same
from jobfit.structure.llm.fields import Field, Part

_MOST = 60  # items of one field of one part


@dataclass(frozen=True, slots=True)
class PartReading:
    """What was read in one part, which counts characters of the record's own text.

    ``failure``: why there is no answer at all (``truncated``, ``no_reply``, ...).
    """

    part: Part
    fields: Mapping[Field, tuple[Stated[str], ...]] = field(default_factory=dict)
    dropped: Mapping[Dropped, int] = field(default_factory=dict)
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class LlmReading:
    """What was read in the record ``id``. Every quote stands in the record's own text."""

    id: str
    parts: tuple[PartReading, ...]

    @property
    def fields(self) -> dict[Field, tuple[Stated[str], ...]]:
        """The values by field in the order of the text, each once (case and blanks apart).

        The union over the parts: no part can take away or change what another one states.
        """
        merged: dict[Field, dict[str, Stated[str]]] = {}
        for part in self.parts:
            for name, items in part.fields.items():
                for item in items:
                    merged.setdefault(name, {}).setdefault(same(item.value), item)
        return {name: tuple(items.values()) for name, items in merged.items()}

    @property
    def dropped(self) -> Counter[Dropped]:
        """How many items were dropped, by reason."""
        return sum((Counter(part.dropped) for part in self.parts), Counter())

    @property
    def failures(self) -> Counter[str]:
        """How many parts have no answer, by reason."""
        return Counter(part.failure for part in self.parts if part.failure)


def read_part(part: Part, answer: BaseModel, text: str) -> PartReading:
    """Return what ``answer`` grounds in ``text[part.start:part.end]``; the quotes count from the start of the part."""
    piece = text[part.start : part.end]
    dropped: Counter[Dropped] = Counter({Dropped.UNASKED: len(answer.model_extra or {})})
    found: dict[Field, tuple[Stated[str], ...]] = {}
    for name in part.fields:
        items: list[Item] = getattr(answer, name.value)
        dropped[Dropped.TOO_MANY] += max(0, len(items) - _MOST)
        kept: dict[str, Stated[str]] = {}
        for item in items[:_MOST]:
            checked = check_item(name, item, piece)
            if checked.dropped:
                dropped[checked.dropped] += 1
            if checked.kept:
                dropped[Dropped.REPEATED] += same(checked.kept.value) in kept
                kept.setdefault(same(checked.kept.value), checked.kept)
        if kept:
            found[name] = tuple(sorted(kept.values(), key=lambda s: (s.evidence.start, s.evidence.end, s.value)))
    return PartReading(part, found, +dropped)
