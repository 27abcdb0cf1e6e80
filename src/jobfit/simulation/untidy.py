"""Statements that real texts have and tidy ones do not, and what they say beside the latent record.

Each is drawn with the probability ``untidy`` of the settings (:meth:`jobfit.simulation.wording.Wording.untidy`).
"""

from __future__ import annotations

from collections.abc import Iterable

from jobfit.records import EducationLevel
from jobfit.simulation.latent import Opening, Person
from jobfit.simulation.page import Block, Told
from jobfit.simulation.wording import Wording, capital

COUNTRIES = {"en": "GB", "fr": "FR"}
_ENDS = {12: 24, 24: 48, 36: 60, 60: 96, 96: 120}  # months asked: the end of a range that begins with them
_SCHOOL = EducationLevel.UPPER_SECONDARY


def cv_extras(person: Person, words: Wording) -> tuple[dict[str, list[str]], list[Block], Told]:
    """Return further lines of a CV by the kind of their block, blocks of their own, and what they state."""
    education, studying = _studies(person, words)
    own = (*person.skills, *(skill for post in person.positions for skill in post.skills))
    denied, wanted = (_skills_of_others(own, 1, words) if words.untidy() else () for _ in range(2))
    wanted = tuple(skill for skill in wanted if skill not in denied)
    skills = [words.shape("cv", "denied", item=words.skill(skill)) for skill in denied]
    skills += [words.shape("cv", "wanted", item=words.skill(skill)) for skill in wanted]
    other: list[str] = []
    notice, permits = None, words.untidy()
    if words.untidy():
        months = words.dice.pick((0, 2, 3))
        notice = 30 * months
        other.append(words.shape("cv", "notice", n=months) if months else words.shape("cv", "at_once"))
    if permits:
        other.append(words.shape("cv", "permit"))
    told = Told(
        denied=denied, wanted=wanted, studying=studying, notice=notice,
        permits=(COUNTRIES[words.language],) if permits else (),
    )  # fmt: skip
    return {"education": education, "skills": skills, "other": other}, _pastimes(person, words), told


def _studies(person: Person, words: Wording) -> tuple[list[str], EducationLevel | None]:
    """Return the diploma of the school below a higher one, and studies for the next level."""
    lines, studying = [], None
    if person.education > _SCHOOL and words.untidy():
        lines.append(words.shape("cv", "school", city=person.city, year=person.graduation - int(person.education) + 3))
    if person.education < EducationLevel.DOCTORATE and words.untidy() and words.dice.chance(0.3):
        studying = EducationLevel(person.education + 1)
        degree = words.dice.pick(words.phrases["education"][str(int(studying))])
        lines.append(words.shape("cv", "studying", degree=degree, year=person.positions[0].end // 12 + 1))
    return lines, studying


def _skills_of_others(own: Iterable[str], count: int, words: Wording) -> tuple[str, ...]:
    """Return up to ``count`` skills of any occupation that are not among ``own``."""
    entry, known = words.taxonomy.occupations[words.dice.pick(words.occupations)], words.taxonomy.skills
    return tuple(words.dice.some([s for s in entry.essential if s not in {*own} and not known[s].transversal], count))


def _pastimes(person: Person, words: Wording) -> list[Block]:
    """Return a block of dated lines that are no work."""
    if not words.untidy():
        return []
    first = person.positions[-1].start
    lines = [words.shape("pastimes", "lines", period=words.period(first, first + 30 * n, first + 99)) for n in (1, 2)]
    return [Block("volunteering", str(words.dice.pick(words.shapes["pastimes"]["headings"])), tuple(lines))]


def years_asked(opening: Opening, words: Wording) -> tuple[str, int | None]:
    """Return how much experience is asked for, put as tidy texts do not, and the most months that it names.

    A vacancy that asks for none names an upper limit alone.
    """
    if not opening.months:
        years = words.dice.between(2, 5)
        return words.shape("vacancy", "most", n=years), 12 * years
    years, names = opening.months // 12, words.shapes["numbers"]
    number = capital(names[str(years)])
    if words.dice.chance(0.5):
        return words.shape("vacancy", "least", n=years, months=opening.months, n_word=number), None
    last = _ENDS[opening.months]
    return words.shape("vacancy", "range", a=years, b=last // 12, A=number, b_word=names[str(last // 12)]), last


def vacancy_extras(opening: Opening, words: Wording) -> tuple[dict[str, list[str]], Told]:
    """Return further lines of a vacancy by the kind of their block, and what they state."""
    company, must, offer = [], [], []
    if words.untidy():
        years = words.dice.between(15, 60)
        company.append(words.shape("vacancy", "history", employer=opening.employer, n=years))
    not_needed = _skills_of_others((*opening.must, *opening.nice), 1, words) if words.untidy() else ()
    must += [words.shape("vacancy", "not_needed", item=words.skill(skill)) for skill in not_needed]
    permits, at_once = (COUNTRIES[words.language],) if words.untidy() else (), words.untidy()
    if permits:
        must.append(words.shape("vacancy", "permit"))
    if at_once:
        offer.append(words.shape("vacancy", "start"))
    told = Told(not_needed=not_needed, permits=permits, at_once=at_once)
    return {"company": company, "must": must, "offer": offer}, told
