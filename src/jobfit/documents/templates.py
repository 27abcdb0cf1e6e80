"""Templates: what of a record an encoder is given to read. The plain one is the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from jobfit.folding import fold
from jobfit.lexicon import current
from jobfit.records import LITERAL, Candidate, CandidateProfile, Experience, Record, RequirementKind, VacancyProfile
from jobfit.taxonomy.model import Taxonomy

_OTHERS = frozenset(RequirementKind(kind) for kind in ("experience", "education", "language", "licence"))


class Template(Protocol):
    """A way to write a record as text, before masking."""

    @property
    def name(self) -> str:
        """Identify the template; it belongs to what a stored vector was made from."""

    def write(self, record: Record) -> str:
        """Return the text of ``record``; the same record always gives the same text."""


@dataclass(frozen=True, slots=True)
class Raw:
    """The visible text as it was read."""

    name: str = "raw"

    def write(self, record: Record) -> str:
        return record.text


@dataclass(frozen=True, slots=True)
class Structured:
    """Only the fields that the rules read, one line each, in a fixed order; a field that is unknown has no line.

    ``Title: ...``, ``Experience: title (n months); title (2021-03 -); ...`` and so on: of a position still held the
    beginning is written, for its length depends on the day. Labels are in ``record.language`` where the
    lexicon has them, else English. Skills get their preferred label from the ``taxonomy`` where one is given, else the
    words of the record. A record without any known field gives an empty text; use :class:`Raw` for it.
    """

    taxonomy: Taxonomy | None = None
    name: str = "structured"

    def write(self, record: Record) -> str:
        labels = current().texts(record.language, "labels")
        return "\n".join(f"{labels[key]}: {'; '.join(values)}." for key, values in self.fields(record))

    def fields(self, record: Record) -> list[tuple[str, list[str]]]:
        """Return (key, values) of each known field, in the fixed order; a value occurs once."""
        labels = current().texts(record.language, "labels")
        if isinstance(record, Candidate):
            fields = self._candidate(record.profile, record.language or "en", labels)
        else:
            fields = self._vacancy(record.profile, record.language or "en")
        kept = ((key, [value for value in dict.fromkeys(values) if value]) for key, values in fields)
        return [(key, values) for key, values in kept if values]

    def _candidate(
        self, profile: CandidateProfile, language: str, labels: Mapping[str, str]
    ) -> Iterator[tuple[str, Iterable[str]]]:
        yield "title", [profile.title.value] if profile.title else []
        yield (
            "experience",
            (_position(position, labels["months"]) for position in profile.experiences if position.title),
        )
        yield "education", [profile.education.evidence.text] if profile.education else []
        yield "skills", (self._label(skill.value, skill.evidence.text, language) for skill in profile.skills_by_name)
        yield "languages", (spoken.evidence.text for spoken in profile.languages)
        yield "licences", (licence.value for licence in profile.licences)

    def _vacancy(self, profile: VacancyProfile, language: str) -> Iterator[tuple[str, Iterable[str]]]:
        yield "title", [profile.title.value] if profile.title else []
        skills = [r for r in profile.requirements if r.kind is RequirementKind.SKILL]
        yield "skills", (self._label(r.value, r.label, language) for r in skills)
        yield "requirements", (r.label for r in profile.requirements if r.kind in _OTHERS)

    def _label(self, skill_id: str, otherwise: str, language: str) -> str:
        known = self.taxonomy.skills.get(skill_id) if self.taxonomy else None
        if known or not skill_id.startswith(LITERAL):
            return known.label(language) if known else otherwise
        words = skill_id.removeprefix(LITERAL)  # read in the masked text; what is quoted may hold what was masked
        return otherwise if fold(" ".join(otherwise.split())) == words else words


def _position(position: Experience, months: str) -> str:
    title = position.title.value if position.title else ""
    first, last = position.counted
    if first is None or last is None:
        since = position.start if position.current else None
        return f"{title} ({since} -)" if since else title
    return f"{title} ({last - first + 1} {months})"


RAW = Raw()
STRUCTURED = Structured()
