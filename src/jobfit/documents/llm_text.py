"""The ``llm`` variant: what a model read in a record, as one masked text.

This module does not know how the fields were read; it is given a function from records to readings
(:meth:`jobfit.structure.llm.structurer.LlmStructurer.read_all`).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from jobfit.documents.masking import TextKind, mask
from jobfit.documents.masking.spans import Draft, Edit
from jobfit.documents.render import KIND_OF
from jobfit.lexicon import current
from jobfit.llm.errors import LlmError
from jobfit.records import Candidate, Document, Record, Stated

_FIELDS = (
    "title", "previous_titles", "must", "nice", "conditions", "skills", "education", "companies", "sectors",
    "languages",
)  # fmt: skip
_LONGEST_NAME = 70
_ADVICE = {  # what helps where a part has no answer
    "too_long": ": longer than the model's context, serve it with a larger one",
    "truncated": ": give answers more room, --llm-answer-tokens",
    "no_reply": ": give it longer, --llm-timeout, or fewer requests at once, --llm-concurrency",
}


def shown(record: Record) -> Draft:
    """Return what of ``record`` a model may be shown: its text without all that masking takes out.

    Names, contacts, addresses, dates of birth, civil status and references stay on this machine, and so does what only
    may be a name. Gendered forms are left as they are here (a title must keep its word) and masked in the document.
    """
    draft = Draft(record.text)
    masked = mask(record.text, KIND_OF[record.kind], names=_stated_name(record))
    spans = (span for span in (*masked.spans, *masked.abstained) if span.kind != "gender")
    draft.apply(Edit(span.start, span.end, "") for span in spans)
    return draft


class Reading(Protocol):
    """What was read in one record: values by the name of the field, what was dropped, which parts have no answer."""

    @property
    def id(self) -> str: ...

    @property
    def fields(self) -> Mapping[Any, Sequence[Stated[str]]]: ...

    @property
    def dropped(self) -> Counter[Any]: ...

    @property
    def failures(self) -> Counter[str]: ...


def fields_text(fields: Mapping[Any, Sequence[Stated[str]]], language: str | None) -> str:
    """Return a line for each field that is known: ``Label: value; value.``, in a fixed order.

    Labels are in ``language`` where the lexicon has them, else English; values stay in the words of the record. An
    empty text says that no field is known.
    """
    labels = current().texts(language, "labels")
    lines = ((labels[f"llm_{name}"], "; ".join(item.value for item in fields.get(name, ()))) for name in _FIELDS)
    return "\n".join(f"{label}: {values}." for label, values in lines if values)


@dataclass(slots=True)
class VariantReport:
    """What became of the records: how many, which have an empty document, which lack a part, and all counts.

    ``values`` by field, ``dropped`` by reason, ``failures`` by reason.
    """

    records: int = 0
    empty: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    values: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, reading: Reading, text: str) -> None:
        self.records += 1
        if not text.strip():
            self.empty.append(reading.id)
        if reading.failures:
            self.incomplete.append(reading.id)
        self.values.update({str(name): len(items) for name, items in reading.fields.items()})
        self.dropped.update({str(reason): count for reason, count in reading.dropped.items()})
        self.failures.update(reading.failures)

    def to_json(self) -> dict[str, Any]:
        """Return the counts with stable keys; ids only of what is incomplete or empty."""
        counts = {name: dict(sorted(getattr(self, name).items())) for name in ("values", "dropped", "failures")}
        return {"records": self.records, "empty": self.empty, "incomplete": self.incomplete, **counts}


class LlmVariant:
    """Renders records as what a model read in them. ``report`` tells what became of them."""

    name = "llm"

    def __init__(
        self,
        read_all: Callable[[Iterable[Record]], Iterator[Reading]],
        language: str | None = None,
        *,
        keep_incomplete: bool = False,
        about: Callable[[], Mapping[str, object]] = dict,
    ) -> None:
        """Read with ``read_all``; write labels in ``language`` ("en", "fr"; by default each record's own).

        ``keep_incomplete``: go on without the parts that got no answer, instead of failing at the end. ``about`` says
        what was asked and what it cost; :meth:`facts` repeats it.
        """
        self._read_all, self._language = read_all, language
        self._keep_incomplete, self._about = keep_incomplete, about
        self.report = VariantReport()

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield the document of each record, in their order, masked; it is empty where nothing was read.

        After the last one an ``LlmError`` says where parts of records have no answer, if that was not allowed. What was
        answered is kept, so a second run asks for the rest only.
        """
        taken: deque[Record] = deque()

        def tapped() -> Iterator[Record]:
            for record in records:
                taken.append(record)
                yield record

        for reading in self._read_all(tapped()):
            record = taken.popleft()
            text = self._text(record, reading)
            self.report.add(reading, text)
            yield Document(record.id, text)
        if self.report.incomplete and not self._keep_incomplete:
            reasons = ", ".join(
                f"{count} {reason}{_ADVICE.get(reason, '')}" for reason, count in sorted(self.report.failures.items())
            )
            raise LlmError(
                f"{len(self.report.incomplete)} of {self.report.records} records lack a part ({reasons}), the first "
                f"is {self.report.incomplete[0]!r}. Run the command again: only these parts are asked for; or go on "
                "without them (--llm-keep-incomplete)"
            )

    def facts(self) -> dict[str, object]:
        """Return what a reader of the documents must know: labels' language, what was asked, and the report."""
        return {"masked": True, "language": self._language or "as written", **self._about(), **self.report.to_json()}

    def _text(self, record: Record, reading: Reading) -> str:
        """Return the masked text. Names that stand in the record are masked whatever the readings come from."""
        text = fields_text(reading.fields, self._language or record.language)
        kind = KIND_OF[record.kind]
        names = (record.text[span.start : span.end] for span in mask(record.text, kind).spans if span.kind == "name")
        short = (name for name in names if len(name) <= _LONGEST_NAME and "\n" not in name.strip())
        fields = TextKind.CV_PART if kind is TextKind.CV else kind
        return mask(text, fields, names=(*_stated_name(record), *short)).text


def _stated_name(record: Record) -> tuple[str, ...]:
    name = record.profile.name if isinstance(record, Candidate) else None
    return (name.value,) if name else ()
