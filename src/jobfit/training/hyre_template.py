"""The offline counterpart of HyRe: an ideal resume put together from the taxonomy, without any language model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jobfit.documents.masking import TextKind, mask
from jobfit.documents.templates import Structured
from jobfit.encoders.generated import HYPOTHETICAL_RESUME, Generated
from jobfit.ingest.language import detect_language
from jobfit.keyed_lines import digest_of
from jobfit.llm.errors import AnswerError
from jobfit.reading import read_candidate_text
from jobfit.records import (
    Candidate,
    CandidateProfile,
    EducationLevel,
    Evidence,
    Experience,
    Importance,
    LanguageLevel,
    LanguageSkill,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)  # fmt: skip
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.model import Taxonomy

NAME = "template (offline counterpart, not an LLM)"
VERSION = 1
_NOBODY = Source("hypothetical", "template", "")
_IMPLIED = 12  # essential skills of the occupation that are added at most: ESCO names dozens for some
_MONTHS = 36  # of experience where the vacancy asks for none
_BEGIN = 2000 * 12  # only the length of the position is written


@dataclass(frozen=True)
class TemplateHyre:
    """Writes the fields of an ideal counterpart with :class:`jobfit.documents.templates.Structured`.

    For a vacancy: its title and occupation, the experience, education, languages and licences that it asks for, the
    skills that it names, then up to 12 essential skills of its occupation. A text in which the rules read nothing gives
    an empty one. ``kind`` ``hypothetical_vacancy`` writes the vacancy that a resume would suit: its title and skills.

    >>> from jobfit.taxonomy.compact import load_compact
    >>> vacancy = "Registered nurse" + chr(10) * 2 + "Requirements" + chr(10) + "- English B2 is required"
    >>> next(TemplateHyre(load_compact()).write_all([vacancy])).text.splitlines()[0]
    'Title: Registered nurse.'
    """

    taxonomy: Taxonomy
    kind: str = HYPOTHETICAL_RESUME
    name: str = NAME

    @cached_property
    def _template(self) -> Structured:
        return Structured(self.taxonomy)

    def settings(self) -> Mapping[str, Any]:
        return {"template": f"hyre-{VERSION}", "taxonomy": self.taxonomy.version}

    def write_all(self, texts: Iterable[str]) -> Iterator[Generated | AnswerError]:
        resume = self.kind == HYPOTHETICAL_RESUME
        write, kind = (self._resume, TextKind.CV_PART) if resume else (self._vacancy, TextKind.VACANCY)
        for text in texts:
            # Masked like every document, so that nothing of an employer's contact reaches the text.
            yield Generated(mask(write(text), kind).text, digest_of(self.name, dict(self.settings()), self.kind, text))

    def _resume(self, text: str) -> str:
        language = detect_language(text)
        vacancy = read_vacancy_profile(text, language, self.taxonomy)
        profile = CandidateProfile(
            title=vacancy.title,
            experiences=self._positions(vacancy, language or "en"),
            education=_education(vacancy),
            skills=_stated(self._skills(vacancy)),
            languages=_languages(vacancy),
            licences=_stated(r.value for r in _of(vacancy, RequirementKind.LICENCE)),
        )
        return self._template.write(Candidate("hypothetical", "-", language, _NOBODY, profile))

    def _vacancy(self, text: str) -> str:
        reading = read_candidate_text(text, self.taxonomy)
        language, resume = reading.language, reading.profile
        held = resume.experiences
        occupation = next((position.occupation for position in held if position.occupation), None)
        skills = [skill.value for skill in resume.skills_by_name] + self._essential(occupation)
        requirements = tuple(
            Requirement(f"skill:{id_}", RequirementKind.SKILL, id_, id_, Importance.MUST)
            for id_ in dict.fromkeys(skills)
        )
        title = resume.title or next((position.title for position in held if position.title), None)
        profile = VacancyProfile(title=title, occupation=occupation, requirements=requirements)
        return self._template.write(Vacancy("hypothetical", "-", language, _NOBODY, profile))

    def _skills(self, vacancy: VacancyProfile) -> list[str]:
        skills = sorted(_of(vacancy, RequirementKind.SKILL), key=lambda r: r.importance is not Importance.MUST)
        return list(dict.fromkeys([*(r.value for r in skills), *self._essential(vacancy.occupation)]))

    def _essential(self, occupation: str | None) -> list[str]:
        known = self.taxonomy.occupations.get(occupation or "")
        return list(known.essential[:_IMPLIED]) if known else []

    def _positions(self, vacancy: VacancyProfile, language: str) -> tuple[Experience, ...]:
        known = self.taxonomy.occupations.get(vacancy.occupation or "")
        title = known.label(language) if known else vacancy.title.value if vacancy.title else ""
        if not title:
            return ()
        months = [r.minimum or 0 for r in _of(vacancy, RequirementKind.EXPERIENCE)]
        last = _BEGIN + (max(months, default=0) or _MONTHS) - 1
        first, end = (f"{month // 12:04}-{month % 12 + 1:02}" for month in (_BEGIN, last))
        return (Experience(Stated(title, _quote(title)), first, end, False, _quote(title), vacancy.occupation),)


def _of(vacancy: VacancyProfile, kind: RequirementKind) -> list[Requirement]:
    return [r for r in vacancy.requirements if r.kind is kind]


def _quote(words: str) -> Evidence:
    return Evidence(words, 0, len(words))


def _stated(values: Iterable[str]) -> tuple[Stated[str], ...]:
    return tuple(Stated(value, _quote(value)) for value in values if value)


def _education(vacancy: VacancyProfile) -> Stated[EducationLevel] | None:
    levels = [(r.minimum, r.label) for r in _of(vacancy, RequirementKind.EDUCATION) if r.minimum is not None]
    level, label = max(levels, key=lambda level: level[0], default=(None, ""))
    return None if level is None else Stated(EducationLevel(level), _quote(label))


def _languages(vacancy: VacancyProfile) -> tuple[Stated[LanguageSkill], ...]:
    return tuple(
        Stated(LanguageSkill(r.value, LanguageLevel(r.minimum) if r.minimum else None), _quote(r.label))
        for r in _of(vacancy, RequirementKind.LANGUAGE)
    )
