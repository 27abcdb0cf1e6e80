"""The quote in a CV that shows a requirement to be met, by kind; ``None`` where no such statement was read."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from jobfit.folding import fold
from jobfit.lexicon import current
from jobfit.policy.grades import areas_around, clearances_from
from jobfit.policy.months import experience_total, months_in
from jobfit.policy.places import covers
from jobfit.records import LITERAL, CandidateProfile, Evidence, Polarity, Requirement, Stated
from jobfit.structure.polarity import claims
from jobfit.structure.spans import stated
from jobfit.structure.text import ReadText

# Who may drive the heavier vehicle may drive the lighter one (directive 2006/126/EC).
_LICENCE_INCLUDES = {
    "A1": "AM",
    "A2": "AM A1",
    "A": "AM A1 A2",
    "B": "AM B1",
    "BE": "AM B1 B",
    "C1": "AM B1 B",
    "C1E": "AM B1 B BE C1",
    "C": "AM B1 B C1",
    "CE": "AM B1 B BE C1 C1E C",
    "D1": "AM B1 B",
    "D1E": "AM B1 B BE D1",
    "D": "AM B1 B D1",
    "DE": "AM B1 B BE D1 D1E D",
}
_SHORT = 3  # letters


def find_words(requirement: Requirement, text: str) -> Stated[str] | None:
    """Return where ``text`` has the literal words of a requirement and what it says of them: best, that they hold.

    An abbreviation of up to three capitals ("IT", "EN") is found in capitals only: in small letters it is a word.
    """
    read, words = read_once(text), fold(requirement.value.removeprefix(LITERAL)).split()
    folded = read.folded
    if not all(word in folded for word in words):
        return None
    pattern = r"\s{1,3}".join(map(re.escape, words))
    short = len(requirement.label) <= _SHORT and requirement.label.isupper()
    found = (match.span() for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", folded))
    mentions = [stated(requirement.value, text, *at) for at in found if not short or text[slice(*at)].isupper()]
    claimed, others = claims(read, mentions) if mentions else ((), ())
    return next(iter((*claimed, *others)), None)


@lru_cache(maxsize=1)
def read_once(text: str) -> ReadText:
    """Return the text to be read; one CV is held against all the words of a vacancy in turn."""
    return ReadText(text)


def _first(items: tuple[Stated[str], ...], value: str) -> Evidence | None:
    return next((item.evidence for item in items if item.value == value), None)


def skill(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    return _first(profile.skills, requirement.value)


def experience(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    """Months in all; in a field, months in positions of the occupation or whose title names the skill or the words.

    Ten years of work and "familiar with Java" are not ten years of Java: without a title that says so it is unknown.
    """
    minimum, total = requirement.minimum or 1, experience_total(profile, today)
    if not requirement.value and not requirement.where:
        return total.evidence if total is not None and total.value.months >= minimum else None
    skill, field = _first(profile.skills, requirement.value), _stems(requirement.where)
    positions = [
        position
        for position in profile.experiences
        if (requirement.value and position.occupation == requirement.value)
        or (position.title and skill and _names(position.title.value, skill.text))
        or (position.title and field and field <= _stems(position.title.value))
    ]
    return positions[0].evidence if months_in(positions, today) >= minimum else None


_STEM = 5  # letters, so that "development" and "developer" are the same


def _stems(words: str) -> frozenset[str]:
    """Return how the words begin that say something; "in a hotel kitchen" gives "hotel" and "kitch"."""
    words_of_no_field = {fold(word) for word in current().parts("detection", "stop_words")}
    found = re.findall(r"[\w+#]{3,40}", fold(words))
    return frozenset(word[:_STEM] for word in found if word not in words_of_no_field)


def _names(title: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(fold(words))}(?![\w+#])", fold(title)) is not None


def education(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    education = profile.education
    return education.evidence if education is not None and education.value >= (requirement.minimum or 0) else None


def language(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    for item in profile.languages:
        if item.value.code == requirement.value and (item.value.level or 0) >= (requirement.minimum or 0):
            return item.evidence
    return None


def licence(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    for item in profile.licences:
        if item.value == requirement.value or requirement.value in _LICENCE_INCLUDES.get(item.value, "").split():
            return item.evidence
    return None


def certificate(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    return _first(_held(profile.certificates), requirement.value)


def clearance(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    enough = clearances_from(requirement.value)
    return next((item.evidence for item in _held(profile.clearances) if item.value in enough), None)


def permit(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    enough = areas_around(requirement.value)
    return next((item.evidence for item in _held(profile.permits) if item.value in enough), None)


def _held(items: tuple[Stated[str], ...]) -> tuple[Stated[str], ...]:
    return tuple(item for item in items if item.polarity is Polarity.HAS)


def location(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    places = (*((profile.location,) if profile.location else ()), *profile.wished_locations)
    return next((item.evidence for item in places if covers(item.value, requirement.value)), None)


def condition(requirement: Requirement, profile: CandidateProfile, today: date) -> Evidence | None:
    return _first(profile.conditions, requirement.value)
