"""Building requirements: one id and one label for the same thing, wherever it was asked for."""

from __future__ import annotations

from jobfit.records import LITERAL, EducationLevel, LanguageLevel, RequirementKind
from jobfit.structure.languages import language_name

_DIPLOMAS = {
    EducationLevel.SECONDARY_VOCATIONAL: "Vocational certificate",
    EducationLevel.UPPER_SECONDARY: "High-school diploma",
    EducationLevel.SHORT_CYCLE: "Two-year diploma",
    EducationLevel.BACHELOR: "Bachelor's degree",
    EducationLevel.MASTER: "Master's degree",
    EducationLevel.DOCTORATE: "Doctorate",
}


def requirement_id(kind: RequirementKind, value: str) -> str:
    """Return ``language:de``, or ``education`` where there is no value; the same for vacancies and policies.

    A value that names its kind already is left alone: ``skill:python``, ``text:sage 100``.
    """
    if not value:
        return str(kind)
    return value if value.startswith((f"{kind}:", LITERAL)) else f"{kind}:{value}"


def language_label(code: str, level: int | None) -> str:
    """Return "German, B2 or above", "German, native", or "German" without a level."""
    name = language_name(code)
    if level is None:
        return name
    return f"{name}, native" if level == LanguageLevel.NATIVE else f"{name}, {LanguageLevel(level).name} or above"


def education_label(level: int) -> str:
    """Return "Bachelor's degree or above", "High-school diploma or above", "Doctorate"."""
    name = _DIPLOMAS[EducationLevel(level)]
    return name if level == EducationLevel.DOCTORATE else f"{name} or above"


def experience_label(minimum: int | None, maximum: int | None = None) -> str:
    """Return "3 years of experience", "2 to 4 years of experience", "up to 18 months of experience".

    Months where they make no full years; one of the two ends must be known.
    """
    ends = [end for end in (minimum, maximum) if end]
    year = all(end % 12 == 0 for end in ends)
    span = " to ".join(str(end // 12 if year else end) for end in ends)
    unit = "year" if year else "month"
    return f"{'' if minimum else 'up to '}{span} {unit}{'' if span == '1' else 's'} of experience"


def licence_label(code: str) -> str:
    """Return "Driving licence B", "Forklift licence"."""
    return f"{code.capitalize()} licence" if code.islower() else f"Driving licence {code}"


def condition_label(value: str) -> str:
    """Return "Night shift" for ``night_shift``."""
    return value.capitalize().replace("_", " ")
