"""LlmStructurer: records to grounded fields, a request for each section."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from pydantic import BaseModel

from jobfit.folding import even
from jobfit.llm.client import Ask, Client, Completion, Estimate
from jobfit.llm.errors import AnswerError
from jobfit.records import Record, Stated
from jobfit.structure.llm.checks import Dropped, check_item
from jobfit.structure.llm.fields import Field, Item, Part, answer_shape, parts_of, section_prompt
from jobfit.structure.spans import moved, placed

T = TypeVar("T")
Outcome = Completion[BaseModel] | AnswerError


class Shown(Protocol):
    """What of a record may be sent: its ``text``, and where each character of it (and the end) stood before."""

    @property
    def text(self) -> str: ...

    @property
    def origin(self) -> Sequence[int]: ...


@dataclass(slots=True)
class _Plan:
    record: Record
    shown: Shown
    parts: tuple[Part, ...]
    outcomes: list[Outcome] = field(default_factory=list)


class LlmStructurer:
    """Reads records with a model. See the package for what keeps the text of a record from steering it."""

    def __init__(
        self, client: Client, hide: Callable[[Record], Shown], *, longest: int = 4000, language: str | None = None
    ) -> None:
        """Ask through ``client`` about what ``hide`` leaves of a record, at most ``longest`` characters at a time.

        ``language`` of the instructions, ``en`` or ``fr``; by default French for French records and English for others.
        ``hide`` has no default on purpose: whoever builds a structurer decides what leaves the machine
        (:func:`jobfit.documents.llm_text.shown` takes out what masking takes out of a document).
        """
        self.client, self._hide, self._longest, self._language = client, hide, longest, language

    def read(self, record: Record) -> LlmReading:
        """Return what the model grounds in ``record``; a section without a usable answer has a ``failure``."""
        return next(self.read_all([record]))

    def read_all(self, records: Iterable[Record]) -> Iterator[LlmReading]:
        """Yield the reading of each record in their order; sections of several records are under way at once."""
        plans: deque[_Plan] = deque()

        def asks() -> Iterator[Ask[BaseModel]]:
            for record in records:
                plans.append(self._plan(record))
                yield from self._asks(plans[-1])

        for outcome in self.client.map(asks()):
            while not plans[0].parts:
                yield _reading(plans.popleft())
            plans[0].outcomes.append(outcome)
            if len(plans[0].outcomes) == len(plans[0].parts):
                yield _reading(plans.popleft())
        yield from map(_reading, plans)

    def estimate(self, records: Iterable[Record]) -> Estimate:
        """Return what reading ``records`` would take; nothing is sent."""
        return self.client.estimate(ask for record in records for ask in self._asks(self._plan(record)))

    def forget(self, record: Record) -> int:
        """Erase the kept answers about ``record`` as it is now; return how many there were."""
        return self.client.forget(self._asks(self._plan(record)))

    def _plan(self, record: Record) -> _Plan:
        shown = self._hide(record)
        return _Plan(record, shown, parts_of(shown.text, record.kind, self._longest))

    def _asks(self, plan: _Plan) -> Iterator[Ask[BaseModel]]:
        language = self._language or plan.record.language
        for part in plan.parts:
            text = plan.shown.text[part.start : part.end].strip("\n")
            yield Ask(section_prompt(plan.record.kind, language, part.fields, text), answer_shape(part.fields))


def _reading(plan: _Plan) -> LlmReading:
    return LlmReading(plan.record.id, tuple(_placed(plan, *pair) for pair in zip(plan.parts, plan.outcomes)))


def _placed(plan: _Plan, part: Part, outcome: Outcome) -> PartReading:
    origin = plan.shown.origin
    home = replace(part, start=origin[part.start], end=origin[part.end - 1] + 1)
    if isinstance(outcome, AnswerError) or outcome.value is None:
        return PartReading(home, failure=outcome.reason if isinstance(outcome, AnswerError) else "empty")
    read = read_part(part, outcome.value, plan.shown.text)
    fields = {
        name: tuple(placed(moved(item, plan.shown.text, part.start), plan.record.text, origin) for item in items)
        for name, items in read.fields.items()
    }
    return PartReading(home, fields, read.dropped)


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
                    merged.setdefault(name, {}).setdefault(even(item.value), item)
        return {name: tuple(items.values()) for name, items in merged.items()}

    @property
    def dropped(self) -> Counter[Dropped]:
        return sum((Counter(part.dropped) for part in self.parts), Counter())

    @property
    def failures(self) -> Counter[str]:
        return Counter(part.failure for part in self.parts if part.failure)


def read_part(part: Part, answer: BaseModel, text: str) -> PartReading:
    """Return what ``answer`` grounds in ``text[part.start:part.end]``; the quotes count from the start of the part."""
    piece = text[part.start : part.end]
    dropped: Counter[Dropped] = Counter({Dropped.UNASKED: len(answer.model_extra or {})})
    grounded: dict[Field, tuple[Stated[str], ...]] = {}
    for name in part.fields:
        items: list[Item] = getattr(answer, name.value)
        dropped[Dropped.TOO_MANY] += max(0, len(items) - _MOST)
        kept: dict[str, Stated[str]] = {}
        for item in items[:_MOST]:
            checked = check_item(name, item, piece)
            if checked.dropped:
                dropped[checked.dropped] += 1
            if checked.kept:
                dropped[Dropped.REPEATED] += even(checked.kept.value) in kept
                kept.setdefault(even(checked.kept.value), checked.kept)
        if kept:
            grounded[name] = tuple(sorted(kept.values(), key=lambda s: (s.evidence.start, s.evidence.end, s.value)))
    return PartReading(part, grounded, +dropped)
