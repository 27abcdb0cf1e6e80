"""What is read in the files of a simulated market against the latent records from which their texts were written.

The market's texts are untidy (``untidy`` 0.5): half of their statements are put as real texts do. Skills are told by
their names here, because what is measured is how names are read; what is told without one is measured in ranking.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from facts import Fact, compare, is_soft

from jobfit.policy.months import experience_total
from jobfit.reading import read_candidates, read_vacancies
from jobfit.records import Candidate, LanguageLevel, RequirementKind, Vacancy
from jobfit.simulation.latent import Opening, Person
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.page import Page
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.writer import write_market

SETTINGS = MarketSettings(candidates=400, vacancies=200, untidy=0.5, paraphrase=0, distractors=0.4, typos=0)
SEED = 31
TODAY = date(2026, 1, 15)
_CEFR = [level for level in LanguageLevel if level is not LanguageLevel.NATIVE]


def facts() -> Iterator[Fact]:
    """Write a market with every format, read its files, and yield one fact of each kind for each of them."""
    market = simulate(SETTINGS, SEED)
    with tempfile.TemporaryDirectory() as folder:
        write_market(market, Path(folder), rendered_share=0.6)
        candidates = {r.id: r for r in read_candidates(Path(folder, "cvs"))}
        vacancies = {r.id: r for r in read_vacancies(Path(folder, "vacancies"))}
    for person in market.people:
        if person.id in candidates:  # JSON Resume has ids of its own
            yield from _of_a_candidate(market, person, market.cvs[person.id], candidates[person.id])
    for opening in market.openings:
        yield from _of_a_vacancy(market, opening, market.vacancies[opening.id], vacancies[opening.id])


def _of_a_candidate(market: Market, person: Person, page: Page, read: Candidate) -> Iterator[Fact]:
    profile, told, skills = read.profile, page.told, market.world.taxonomy.skills

    def fact(name: str, found: Any, true: Any) -> Fact:
        return compare(f"CV: {name}", person.id, found, true, lambda a, b: a == b)

    def values(stated: Any) -> list[Any]:
        return [item.value for item in stated if item is not None]

    worked = len({month for post in person.positions for month in range(post.start, post.end + 1)})
    total = [experience_total(profile, TODAY)]
    for name, totals in (("months", total), ("months, sure", _sure(total))):
        read_months = [total.value.months for total in totals if total]
        yield compare(f"CV: {name}", person.id, read_months, [worked], lambda a, b: abs(a - b) <= 12)
    for name, levels in (("education", [profile.education]), ("education, sure", _sure([profile.education]))):
        yield fact(name, values(levels), [person.education])
    yield fact("studying", values([profile.studying]), [told.studying] if told.studying else [])
    hard = [s for s in page.mentioned if not skills[s].transversal]
    yield fact("skills", [s for s in values(profile.skills_by_name) if not is_soft(s)], hard)
    for name, polarity, true in (("skills not held", "has_not", told.denied), ("skills wanted", "wants", told.wanted)):
        found = [s.value for s in profile.disclaimed if s.polarity == polarity and s.value not in told.others]
        yield fact(name, found, true)
    spoken = [(s.code, s.level) for s in person.languages]
    yield fact("languages", [(s.value.code, s.value.level) for s in profile.languages], spoken)
    sure = [(s.value.code, s.value.level) for s in _sure(profile.languages) if s.value.level]
    yield fact("languages with levels, sure", sure, spoken)
    driving = [code for code in values(profile.licences) if code != "forklift"]  # a skill of the market
    yield fact("licences", driving, person.licences)
    yield fact("permits", values(profile.permits), told.permits)
    yield fact("notice", values([profile.notice]), [] if told.notice is None else [told.notice])


def _sure(stated: Any) -> list[Any]:
    return [item for item in stated if item is not None and item.sure]


def _of_a_vacancy(market: Market, opening: Opening, page: Page, read: Vacancy) -> Iterator[Fact]:
    profile, told, skills = read.profile, page.told, market.world.taxonomy.skills

    def fact(name: str, found: Any, true: Any) -> Fact:
        return compare(f"advert: {name}", opening.id, found, true, lambda a, b: a == b)

    def asked(kind: RequirementKind) -> list[Any]:
        return [r for r in profile.requirements if r.kind is kind]

    times = [(r.minimum, r.maximum) for r in asked(RequirementKind.EXPERIENCE)]
    true = (opening.months or None, told.maximum)
    yield fact("years asked", times, [true] if any(true) else [])
    degrees = asked(RequirementKind.EDUCATION)
    yield fact("education", [r.minimum for r in degrees], [opening.education] if opening.education else [])
    hard = [r for r in asked(RequirementKind.SKILL) if not is_soft(r.value)]
    wanted = [s for s in (*opening.must, *opening.nice) if not skills[s].transversal]
    yield fact("skills asked", [r.value for r in hard], wanted)
    must = [s for s in opening.must if not skills[s].transversal]
    yield fact("skills asked: must", [r.value for r in hard if r.importance == "must"], must)
    unneeded = [s.value for s in profile.not_needed if s.value in skills and s.value not in told.others]
    yield fact("skills not needed", unneeded, told.not_needed)
    yield fact("languages", [r.value for r in asked(RequirementKind.LANGUAGE)], [s.code for s in opening.languages])
    licences = [r.value for r in asked(RequirementKind.LICENCE) if r.value != "forklift"]
    yield fact("licences", licences, [opening.licence] if opening.licence else [])
    yield fact("permits", [r.value for r in asked(RequirementKind.PERMIT)], told.permits)
    yield fact("start now", [s.value for s in (profile.start,) if s], ["now"] if told.at_once else [])
    pay = [s.value.minimum for s in (profile.salary,) if s]
    yield fact("salary", pay, [opening.pay] if profile.salary or f"{opening.pay:,}"[-7:] in read.text else [])
