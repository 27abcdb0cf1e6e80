"""What a vacancy states: its title, place and conditions, and what it requires, each with its quote.

A requirement is a *must* only where the text insists: by its words ("required", "exigé") or by its section
("Requirements", "Profil recherché"). What is only mentioned is *nice*: a wrong must-have can leave a person out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import Evidence, Importance, Kind, Requirement, RequirementKind, Section, Stated, VacancyProfile
from jobfit.structure.conditions import find_conditions
from jobfit.structure.demands import find_bare_levels, find_experience, find_required_place
from jobfit.structure.education import find_levels
from jobfit.structure.importance import WEAK_SECTIONS, importance_at
from jobfit.structure.languages import find_languages
from jobfit.structure.licences import find_licences
from jobfit.structure.places import find_location
from jobfit.structure.requirements import (
    condition_label,
    education_label,
    experience_label,
    language_label,
    licence_label,
    requirement_id,
)
from jobfit.structure.sections import split_sentences, vacancy_sections
from jobfit.structure.spans import quote
from jobfit.structure.terms import SkillFinder
from jobfit.structure.text import ReadText
from jobfit.structure.titles import find_occupation, find_vacancy_title
from jobfit.taxonomy.model import Taxonomy


def read_vacancy_profile(text: str, language: str | None, taxonomy: Taxonomy | None = None) -> VacancyProfile:
    """Return what ``text`` states; every quote stands in ``text``, and what is not stated is ``None`` or empty.

    ``language`` ("en", "fr" or unknown) chooses the labels of skills; both languages are read. ``taxonomy`` names
    skills and occupations: the compact one by default. There is one requirement for each (kind, value), in the order
    of the text.
    """
    if taxonomy is None:
        from jobfit.taxonomy.compact import load_compact

        taxonomy = load_compact()
    read = ReadText(text, Kind.VACANCY)
    sections = vacancy_sections(text, read.headings)
    title = find_vacancy_title(read, sections)
    return VacancyProfile(
        title=title,
        sections=sections,
        occupation=find_occupation(title, taxonomy),
        location=_location(read),
        conditions=find_conditions(read),
        requirements=_one_each(find_requirements(read, language, sections, taxonomy)),
    )


def _location(read: ReadText) -> Stated[str] | None:
    """Return where the position is; a kind of contract after "Poste" ("Poste en CDI") is not a place."""
    place = find_location(read)
    return None if place is None or find_conditions(place.evidence.text) else place


def _one_each(asked: list[Asked]) -> tuple[Requirement, ...]:
    """Keep one requirement for each id.

    Of several statements of the same thing the firmest prevails, then the first. Of several levels ("a Master's; a PhD
    is a bonus") a must prevails over a nice one, then the lowest.
    """
    in_order = sorted(asked, key=lambda a: _start(a.requirement))
    levels: dict[tuple[str, int | None], Asked] = {}
    for one in sorted(in_order, key=lambda a: a.rank):
        levels.setdefault((one.requirement.id, one.requirement.minimum), one)
    best: dict[str, Requirement] = {}
    for requirement in sorted((one.requirement for one in levels.values()), key=_leniency):
        best.setdefault(requirement.id, requirement)
    return tuple(sorted(best.values(), key=_start))


def _leniency(requirement: Requirement) -> tuple[bool, int]:
    return requirement.importance is Importance.NICE, requirement.minimum or 0


def _start(requirement: Requirement) -> int:
    return requirement.evidence.start if requirement.evidence else 0


_SILENT = frozenset({"offer", "application"})  # "Apply with your Word resume" asks for no skill
_TASKS = frozenset({"company", "responsibilities"})  # a diploma named there is seldom the candidate's
_WORKING_HOURS = frozenset({"night_shift", "weekend", "on_site"})
_NEAR = 200  # characters, so that the time stays linear in a text without sentences


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "demands")
        self.boilerplate = re.compile(rf"\b(?:{of('boilerplate')})")
        self.equivalent = re.compile(rf"\b(?:{of('equivalent')})\b")
        # a diploma of one profession: a CV may name the profession alone
        self.of_its_own = re.compile(rf"\b(?:{of('of_its_own')})\b")
        self.examples = re.compile(rf"\b(?:{of('examples')})\b")
        self.insists = re.compile(rf"\b(?:{of('insists')})")
        self.or_ = re.compile(rf"\b(?:{of('or')})\b|/")
        self.comma_or = re.compile(rf"[ ,/]{{0,4}}(?:(?:{of('or')}) )?")


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement, and how firmly it is stated (:attr:`jobfit.structure.importance.Said.rank`: 0 is firmest)."""

    requirement: Requirement
    rank: int

    def insisted(self) -> Asked:
        return Asked(replace(self.requirement, importance=Importance.MUST), 0)

    def softened(self) -> Asked:
        return Asked(replace(self.requirement, importance=Importance.NICE), max(self.rank, 3))


@dataclass(frozen=True, slots=True)
class _Sentence:
    read: ReadText
    start: int
    section: str

    def asked(
        self, kind: RequirementKind, value: str, label: str, at: Evidence, minimum: int | None = None
    ) -> Asked | None:
        """Return what is quoted at ``at`` (in the sentence); ``None`` where the sentence says that it is not needed."""
        firmness = importance_at(self.read.folded, at.start, at.end, self.section)
        if firmness is None:
            return None
        evidence = Evidence(at.text, at.start + self.start, at.end + self.start)
        id_ = requirement_id(kind, value)
        return Asked(
            Requirement(id_, kind, label, value, firmness.importance, minimum, evidence=evidence), firmness.rank
        )


def find_requirements(
    read: ReadText, language: str | None, sections: tuple[Section, ...], taxonomy: Taxonomy
) -> list[Asked]:
    """Return every requirement stated in a vacancy, the same one as often as it is stated; may be empty."""
    skills = SkillFinder(taxonomy)
    rules: tuple[Callable[[_Sentence], Iterator[Asked | None]], ...] = (
        lambda sentence: _skills(sentence, skills, taxonomy, language),
        lambda sentence: _experience(sentence, skills, taxonomy, language),
        _education, _languages, _licences, _place, _hours,
    )  # fmt: skip
    sentences = [
        _Sentence(read.piece(start, end), start, section.kind)
        for section in sections
        if section.kind not in _SILENT
        for start, end in split_sentences(read.text, section.body, section.end)
    ]
    return [
        asked
        for sentence in sentences
        if not _words().boilerplate.search(sentence.read.folded)
        for rule in rules
        for asked in rule(sentence)
        if asked is not None
    ]


def _skills(
    sentence: _Sentence, finder: SkillFinder, taxonomy: Taxonomy, language: str | None
) -> Iterator[Asked | None]:
    if sentence.section == "company":
        return  # what the employer sells or uses
    mentioned = finder.find(sentence.read)
    ends = [(item.evidence.start, item.evidence.end) for item in mentioned]
    for item in mentioned:
        skill = taxonomy.skills[item.value]
        asked = sentence.asked(RequirementKind.SKILL, item.value, skill.label(language or "en"), item.evidence)
        soft = skill.transversal or _is_one_of_many(sentence, item.evidence, ends)
        yield asked.softened() if asked and soft else asked


def _is_one_of_many(sentence: _Sentence, at: Evidence, spans: list[tuple[int, int]]) -> bool:
    """Tell whether the skill is an example ("such as ...") or an alternative ("PHP, Python or Go"): none is a must."""
    if _words().examples.search(sentence.read.folded, max(0, at.start - 80), at.start):
        return True
    for (_, end), (start, _) in pairwise(spans):
        if start - end <= 12 and _words().or_.search(sentence.read.folded, end, start):
            run = _run(sentence.read.folded, spans, end)
            if run[0] <= at.start < run[1]:
                return True
    return False


def _run(folded: str, spans: list[tuple[int, int]], position: int) -> tuple[int, int]:
    index = next(i for i, (_, end) in enumerate(spans) if end == position)
    first, last = index, index + 1
    while first and re.fullmatch(r"[ ,/]{1,4}", folded[spans[first - 1][1] : spans[first][0]]):
        first -= 1
    comma_or = _words().comma_or
    while last + 1 < len(spans) and comma_or.fullmatch(folded, spans[last][1], spans[last + 1][0]):
        last += 1
    return spans[first][0], spans[last][1]


def _experience(
    sentence: _Sentence, finder: SkillFinder, taxonomy: Taxonomy, language: str | None
) -> Iterator[Asked | None]:
    months = find_experience(sentence.read)
    if months is None or sentence.section == "company":
        return
    label, value, end = experience_label(months.value), "", months.evidence.end
    tail = finder.find(sentence.read.text[end : end + 60].split(",")[0])
    if len(tail) == 1:  # "2 years of experience in Java"; a list of several is about experience in general
        value, end = tail[0].value, end + tail[0].evidence.end
        label = f"{label} in {taxonomy.skills[value].label(language or 'en')}"
    whole = quote(sentence.read.text, months.evidence.start, end)
    asked = sentence.asked(RequirementKind.EXPERIENCE, value, label, whole, months.value)
    insists = _words().insists.search(fold(whole.text)) and sentence.section not in WEAK_SECTIONS
    yield asked.insisted() if asked and asked.rank == 3 and insists else asked


def _education(sentence: _Sentence) -> Iterator[Asked | None]:
    for item in find_levels(sentence.read) or find_bare_levels(sentence.read):
        asked = sentence.asked(
            RequirementKind.EDUCATION, "", education_label(item.value), item.evidence, int(item.value)
        )
        if asked and asked.rank == 3 and sentence.section in _TASKS:
            continue
        near = max(0, item.evidence.start - _NEAR), item.evidence.end + _NEAR
        soft = _words().equivalent.search(sentence.read.folded, *near) or _words().of_its_own.search(
            fold(item.evidence.text)
        )
        yield asked.softened() if asked and soft else asked


def _languages(sentence: _Sentence) -> Iterator[Asked | None]:
    # The section's heading tells a language ("Languages: German") from a nationality.
    for item in find_languages(sentence.read):
        code, level = item.value.code, item.value.level
        minimum = None if level is None else int(level)
        yield sentence.asked(RequirementKind.LANGUAGE, code, language_label(code, minimum), item.evidence, minimum)


def _licences(sentence: _Sentence) -> Iterator[Asked | None]:
    for item in find_licences(sentence.read):
        yield sentence.asked(RequirementKind.LICENCE, item.value, licence_label(item.value), item.evidence)


def _place(sentence: _Sentence) -> Iterator[Asked | None]:
    place = find_required_place(sentence.read)
    if place is not None:
        yield sentence.asked(RequirementKind.LOCATION, place.value, place.evidence.text, place.evidence)


def _hours(sentence: _Sentence) -> Iterator[Asked | None]:
    for item in find_conditions(sentence.read):
        if item.value in _WORKING_HOURS:
            yield sentence.asked(RequirementKind.CONDITION, item.value, condition_label(item.value), item.evidence)
