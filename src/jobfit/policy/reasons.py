"""Why a record is not in the pool, in one sentence and with its quote."""

from __future__ import annotations

from datetime import date

from jobfit.policy.months import experience_total, in_words
from jobfit.records import (
    CandidateProfile,
    EducationLevel,
    Evidence,
    Requirement,
    RequirementKind,
)
from jobfit.shortlist import Reason


def missing(requirement: Requirement, profile: CandidateProfile, quote: Evidence, today: date) -> Reason:
    """Return the reason ``missing:<kind>`` for a must-have that ``quote``, in the CV, rules out."""
    return Reason(
        f"missing:{requirement.kind}",
        f"asks for {_wanted(requirement)}; {_shown(requirement, profile, quote, today)}",
        quote,
    )


def unwanted(constraint: Requirement, offer: Evidence) -> Reason:
    """Return the reason ``offer:<kind>`` for a vacancy whose ``offer``, a quote, a constraint rules out."""
    sentence = f'offers "{offer.text}"; asked for: {constraint.label}'
    return Reason(f"offer:{constraint.kind}", sentence, offer)


def education_name(level: int) -> str:
    """Return ``bachelor`` for :attr:`EducationLevel.BACHELOR`; words are apart."""
    return EducationLevel(level).name.lower().replace("_", " ")


def _wanted(requirement: Requirement) -> str:
    minimum, kind = requirement.minimum, requirement.kind
    if kind is RequirementKind.EXPERIENCE:
        return f"{in_words(minimum or 0)} of experience{_subject(requirement)}"
    if kind is RequirementKind.EDUCATION and minimum is not None:
        return requirement.label
    if kind is RequirementKind.LOCATION:
        return f"a place in {requirement.label}"
    return requirement.label.lower() if kind is RequirementKind.CONDITION else requirement.label


def _shown(requirement: Requirement, profile: CandidateProfile, quote: Evidence, today: date) -> str:
    if requirement.kind is RequirementKind.EXPERIENCE and (total := experience_total(profile, today)):
        return f"the dates in the CV add up to at most {in_words(total.value.at_most or total.value.months)}"
    if requirement.kind is RequirementKind.EDUCATION and profile.education is not None:
        return f"the highest level that the CV states is {education_name(profile.education.value)}"
    if requirement.kind in (RequirementKind.LOCATION, RequirementKind.CONDITION):
        return f'the CV wishes "{quote.text}"'
    return f'the CV states "{quote.text}"'


def _subject(requirement: Requirement) -> str:
    """Return " in Java" of the label "3 years of experience in Java"."""
    _, separator, subject = requirement.label.partition(" in ")
    return f" in {subject}" if separator and requirement.value else ""
