"""What the rules read in simulated texts against the records from which the texts were written.

The truth is the latent market: nothing here is read back from a text but by the rules themselves. The floors are what
was measured, a little lowered; raise them when the rules get better.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from jobfit.policy.ledger import check
from jobfit.policy.months import experience_total
from jobfit.records import CandidateProfile, Requirement, RequirementKind, VacancyProfile
from jobfit.shortlist import Status
from jobfit.simulation.latent import Person
from jobfit.simulation.market import Market, simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings
from jobfit.structure.candidate import read_candidate_profile
from jobfit.structure.terms import SkillFinder
from jobfit.structure.vacancy import read_vacancy_profile

PLAIN = MarketSettings(candidates=150, vacancies=20, paraphrase=0, distractors=0, typos=0)
USUAL = MarketSettings(candidates=150, vacancies=20)  # skills told without names, skills of others, typos
TODAY = date(2026, 1, 15)


@dataclass(frozen=True)
class Reading:
    """A market, and what was read in its texts."""

    market: Market
    candidates: dict[str, CandidateProfile]
    vacancies: dict[str, VacancyProfile]


def read_market(settings: MarketSettings) -> Reading:
    market = simulate(settings, seed=20)
    taxonomy = market.world.taxonomy
    return Reading(
        market,
        {p.id: read_candidate_profile(plain(market.cvs[p.id]), taxonomy) for p in market.people},
        {o.id: read_vacancy_profile(plain(market.vacancies[o.id]), o.language, taxonomy) for o in market.openings},
    )


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_market(PLAIN)


@pytest.fixture(scope="module")
def usual() -> Reading:
    return read_market(USUAL)


def worked(person: Person) -> int:
    return len({month for post in person.positions for month in range(post.start, post.end + 1)})


def share(flags: list[bool]) -> float:
    assert flags
    return sum(flags) / len(flags)


def overlap(found: list[set[str]], true: list[set[str]]) -> tuple[float, float]:
    """Return precision and recall over all pairs of sets."""
    both = sum(len(f & t) for f, t in zip(found, true, strict=True))
    return both / sum(map(len, found)), both / sum(map(len, true))


def test_months_worked_are_read_and_their_bound_is_never_too_low(reading: Reading) -> None:
    totals = {id_: experience_total(profile, TODAY) for id_, profile in reading.candidates.items()}
    pairs = [(worked(person), totals[person.id]) for person in reading.market.people]
    read = [(true, stated.value) for true, stated in pairs if stated is not None]
    assert len(read) / len(pairs) >= 0.9
    bounded = [(true, total) for true, total in read if total.at_most is not None]
    assert [(true, total) for true, total in bounded if (total.at_most or 0) < true] == []
    assert share([abs(total.months - true) <= 12 for true, total in read]) >= 0.95
    assert share([total.at_most is not None for _, total in read]) >= 0.85


def test_education_is_read_as_it_is(reading: Reading) -> None:
    stated = [(p.education, reading.candidates[p.id].education) for p in reading.market.people]
    assert share([read is not None for _, read in stated]) >= 0.9
    assert share([read.value is true for true, read in stated if read is not None]) >= 0.98


def test_languages_are_read_with_their_levels(reading: Reading) -> None:
    true = [{f"{s.code}:{s.level}" for s in p.languages} for p in reading.market.people]
    found = [
        {f"{s.value.code}:{s.value.level}" for s in reading.candidates[p.id].languages} for p in reading.market.people
    ]
    precision, recall = overlap(found, true)
    assert precision >= 0.97
    assert recall >= 0.95


def test_skills_of_cvs_are_those_that_the_page_mentions(reading: Reading) -> None:
    mentioned = [set(reading.market.cvs[p.id].mentioned) for p in reading.market.people]
    found = [{skill.value for skill in reading.candidates[p.id].skills_by_name} for p in reading.market.people]
    precision, recall = overlap(found, mentioned)
    assert precision >= 0.96
    assert recall >= 0.92


def test_must_have_skills_of_vacancies_are_musts(reading: Reading) -> None:
    """A skill that the title names ("WordPress developer") is asked for by the text, whatever the record says."""
    taxonomy = reading.market.world.taxonomy
    true = [{s for s in o.must if not taxonomy.skills[s].transversal} for o in reading.market.openings]
    found = []
    for opening, asked in zip(reading.market.openings, true, strict=True):
        profile = reading.vacancies[opening.id]
        title = SkillFinder(taxonomy).find(profile.title.value) if profile.title else ()
        named = {item.value for item in title}
        musts = {r.value for r in profile.requirements if r.kind is RequirementKind.SKILL and r.importance == "must"}
        found.append(musts - (named - asked))
    precision, recall = overlap(found, true)
    assert precision >= 0.98
    assert recall >= 0.95


def holds(person: Person, asked: Requirement) -> bool:
    """Tell from the latent record whether the person has what a requirement asks for."""
    minimum = asked.minimum or 0
    if asked.kind is RequirementKind.EXPERIENCE:
        return worked(person) >= minimum
    if asked.kind is RequirementKind.EDUCATION:
        return int(person.education) >= minimum
    assert asked.kind is RequirementKind.LANGUAGE, f"no latent truth for {asked.kind}"
    return any(s.code == asked.value and (s.level or 0) >= minimum for s in person.languages)


def test_skills_of_usual_texts_are_read_as_far_as_words_tell_them(usual: Reading) -> None:
    """Rules that read names find no paraphrase, and take the skills of colleagues for the person's own."""
    market = usual.market
    mentioned = [set(market.cvs[p.id].mentioned) for p in market.people]
    found = [{skill.value for skill in usual.candidates[p.id].skills_by_name} for p in market.people]
    precision, recall = overlap(found, mentioned)
    assert precision >= 0.79
    assert recall >= 0.87
    asked = [{*o.must, *o.nice} for o in market.openings]
    found = [
        {r.value for r in usual.vacancies[o.id].requirements if r.kind is RequirementKind.SKILL}
        for o in market.openings
    ]
    precision, recall = overlap(found, asked)
    assert precision >= 0.86
    assert recall >= 0.86


@pytest.mark.parametrize("kind", ["reading", "usual"])
def test_nothing_that_a_person_has_is_called_missing(kind: str, request: pytest.FixtureRequest) -> None:
    reading: Reading = request.getfixturevalue(kind)
    people = {person.id: person for person in reading.market.people}
    wrong, missing = [], 0
    for opening in reading.market.openings:
        for required in reading.vacancies[opening.id].requirements:
            for person_id, profile in reading.candidates.items():
                if check(required, profile, today=TODAY).status is Status.MISSING:
                    missing += 1
                    if holds(people[person_id], required):
                        wrong.append((opening.id, person_id, required.label))
    assert missing >= 100  # the test means something only where something is missing
    assert wrong == []


def test_what_counts_as_a_must_is_asked_for(reading: Reading) -> None:
    """A must-have stands in the latent vacancy with that level or a higher one."""
    invented = []
    for opening in reading.market.openings:
        levels = {s.code: int(s.level or 0) for s in opening.languages}
        for asked in reading.vacancies[opening.id].requirements:
            if asked.importance != "must":
                continue
            true = {
                RequirementKind.EXPERIENCE: opening.months,
                RequirementKind.EDUCATION: int(opening.education or 0),
                RequirementKind.LANGUAGE: levels.get(asked.value, 0),
            }.get(asked.kind)
            if true is not None and (asked.minimum or 0) > true:
                invented.append((opening.id, asked.label))
    assert invented == []
