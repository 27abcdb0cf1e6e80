"""What only a pair has: what the ledger says, distance, gaps of experience, education and pay, wishes. NaN: unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jobfit.policy.comparators import joined, places_of
from jobfit.policy.ledger import ledger, wish_lines
from jobfit.policy.months import experience_total
from jobfit.policy.places import kilometres
from jobfit.records import Candidate, CandidateProfile, Importance, RequirementKind, Vacancy, VacancyProfile
from jobfit.shortlist import LedgerLine, Status
from jobfit.structure.pay import yearly

NUMBERS = ("years beyond", "levels beyond", "kilometres", "pay offered")
NAMES = ("must met", "must missing", "nice met", "skills met", *NUMBERS, "wishes met", "wishes missing")


def pair_facts(candidate: Candidate, vacancy: Vacancy, today: date) -> tuple[float, ...]:
    """Return the numbers of :data:`NAMES`, in their order.

    Shares of requirements and of wishes but for pay (of weights, NaN where there are none); years of experience and
    levels of education held beyond those asked (-10 to 10); log(1 + km) between the town lived in and that of the
    vacancy; log(pay offered / pay wished).
    """
    person, opening = candidate.profile, vacancy.profile
    lines = ledger(opening.requirements, person, candidate.text, today)
    wishes = [line for line in wish_lines(person, opening) if line.requirement.kind is not RequirementKind.PAY]
    must, nice = (
        [line for line in lines if line.requirement.importance is wanted]
        for wanted in (Importance.MUST, Importance.NICE)
    )
    skills = [line for line in lines if line.requirement.kind is RequirementKind.SKILL]
    return (
        _share(must, Status.MET),
        _share(must, Status.MISSING),
        _share(nice, Status.MET),
        _share(skills, Status.MET),
        *pair_numbers(person, opening, today),
        _share(wishes, Status.MET),
        _share(wishes, Status.MISSING),
    )


def pair_numbers(person: CandidateProfile, opening: VacancyProfile, today: date) -> tuple[float, ...]:
    """Return the four of :data:`NUMBERS`; nan: one of the two texts does not say it."""
    asked = [r.minimum for r in opening.requirements if r.kind is RequirementKind.EXPERIENCE and r.minimum]
    total = experience_total(person, today)
    levels = [r.minimum for r in opening.requirements if r.kind is RequirementKind.EDUCATION and r.minimum]
    home = person.location
    km = kilometres(home.value, joined(places_of(opening))) if home else None
    wished, offered = (yearly(side.value) if side else None for side in (person.salary, opening.salary))
    return (
        _gap((total.value.months - max(asked)) / 12) if total and asked else math.nan,
        _gap(int(person.education.value) - max(levels)) if person.education and levels else math.nan,
        math.nan if km is None else math.log1p(km),
        math.log(offered / wished) if wished and offered else math.nan,
    )


def facts_of(
    pairs: Sequence[tuple[str, str]], candidates: Mapping[str, Candidate], vacancies: Mapping[str, Vacancy], today: date
) -> NDArray[np.float32]:
    """Return the facts (n, k) of pairs of a candidate's and a vacancy's id."""
    rows = [pair_facts(candidates[c], vacancies[v], today) for c, v in pairs]
    return np.array(rows, dtype=np.float32).reshape(len(pairs), len(NAMES))


def _share(lines: Sequence[LedgerLine], status: Status) -> float:
    total = math.fsum(line.requirement.weight for line in lines)
    return math.fsum(line.requirement.weight for line in lines if line.status is status) / total if lines else math.nan


def _gap(value: float) -> float:
    return float(min(10.0, max(-10.0, value)))
