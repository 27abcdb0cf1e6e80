"""What a model read, put into the profile that the rules filled: only what they did not find, and never *sure*."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from typing import Any

from jobfit.folding import fold
from jobfit.records import (
    LITERAL,
    Candidate,
    CandidateProfile,
    Filler,
    Importance,
    Record,
    Requirement,
    RequirementKind,
    Stated,
    VacancyProfile,
)
from jobfit.structure.conditions import find_conditions
from jobfit.structure.languages import find_languages
from jobfit.structure.llm.fields import Field
from jobfit.structure.requirements import requirement_id
from jobfit.structure.terms import SkillFinder
from jobfit.taxonomy.model import Taxonomy

Fields = Mapping[Any, Sequence[Stated[str]]]


def filled(record: Record, fields: Fields, taxonomy: Taxonomy) -> Record:
    """Return ``record`` with what a model grounded in its text and the rules did not find there.

    ``fields``: those of :class:`~jobfit.structure.llm.structurer.LlmReading`; read are titles, skills, languages and
    conditions, and the skills that a vacancy asks for. Each value goes through the rules' own vocabulary: a skill
    becomes the one of ``taxonomy`` that it is called by, else its words; a language or a condition that the rules
    cannot read in it is left out. Nothing that the rules read changes, and a skill of which the text says that the
    person has it not, or that nobody needs, stays so. The quotes say who pointed at them
    (:attr:`~jobfit.records.Filler.MODEL`), and none is sure: no constraint of a policy rests on one.
    """
    skills = SkillFinder(taxonomy)
    if isinstance(record, Candidate):
        return replace(record, profile=_person(record.profile, fields, skills))
    return replace(record, profile=_opening(record.profile, fields, skills))


def unfilled(record: Record) -> Record:
    """Return ``record`` without anything that a model pointed at."""
    kept: dict[str, Any] = {}
    for name in (field.name for field in fields_of(record.profile)):
        value = getattr(record.profile, name)
        if isinstance(value, tuple):
            kept[name] = tuple(item for item in value if not _pointed_at(item))
        elif _pointed_at(value):
            kept[name] = None
    profile: Any = replace(record.profile, **kept)
    return replace(record, profile=profile)


def _pointed_at(item: object) -> bool:
    evidence = getattr(item, "evidence", None)
    return evidence is not None and evidence.source is Filler.MODEL


def _person(profile: CandidateProfile, fields: Fields, skills: SkillFinder) -> CandidateProfile:
    known = {item.value for item in (*profile.skills, *profile.disclaimed)}
    spoken = {item.value.code for item in profile.languages}
    languages = tuple(
        Stated(found.value, item.evidence)
        for item in fields.get(Field.LANGUAGES, ())
        for found in find_languages(f"Languages: {item.value}")
        if found.value.code not in spoken
    )
    return replace(
        profile,
        title=profile.title or next(iter(fields.get(Field.TITLE, ())), None),
        skills=(*profile.skills, *_new(fields.get(Field.SKILLS, ()), skills, known)),
        languages=(*profile.languages, *languages),
    )


def _opening(profile: VacancyProfile, fields: Fields, skills: SkillFinder) -> VacancyProfile:
    known = {item.value for item in profile.requirements} | {item.value for item in profile.not_needed}
    asked = [
        Requirement(
            requirement_id(RequirementKind.SKILL, item.value), RequirementKind.SKILL, item.evidence.text, item.value,
            importance, evidence=item.evidence,
        )
        for field, importance in ((Field.MUST, Importance.MUST), (Field.NICE, Importance.NICE))
        for item in _new(fields.get(field, ()), skills, known, named=True)
    ]  # fmt: skip
    offered = {item.value for item in profile.conditions}
    conditions = tuple(
        Stated(found.value, item.evidence)
        for item in fields.get(Field.CONDITIONS, ())
        for found in find_conditions(item.value)
        if found.value not in offered
    )
    return replace(
        profile,
        title=profile.title or next(iter(fields.get(Field.TITLE, ())), None),
        requirements=(*profile.requirements, *asked),
        conditions=(*profile.conditions, *conditions),
    )


def _new(
    items: Iterable[Stated[str]], skills: SkillFinder, known: set[str], named: bool = False
) -> Iterator[Stated[str]]:
    """Yield the skills that are not ``known`` yet, which it extends; ``named``: only those that the taxonomy has."""
    for item in items:
        folded = " ".join(fold(item.value).split())
        value = skills.called(folded) or ("" if named else LITERAL + folded)
        if value and value not in known:
            known.add(value)
            yield replace(item, value=value)
