"""Short adverts around one fact each: headings, words of demand and of wish, proofs, places, starts and conditions.

The cases are in ``members_of_each_kind_advert.txt``. Their readings were written before any rule was tried on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jobfit.records import EducationLevel, Importance, LanguageLevel, Requirement, VacancyProfile
from jobfit.structure.vacancy import read_vacancy_profile

CASES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in Path(__file__).with_name("members_of_each_kind_advert.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
FRENCH = re.compile(r"[éèêçàûô]|\b(?:de|du|le|la|en|et|les|des|vous|nous|pas|dès|poste)\b", re.I)
ENGLISH = "Office Coordinator\n\nWe serve clients across several sectors and are growing.\n\n{}\n\nPlease write to us."
IN_FRENCH = (
    "Assistant administratif\n\nNous accompagnons nos clients dans plusieurs secteurs depuis longtemps.\n\n{}\n\n"
    "Merci de nous écrire."
)

KINDS = {"years": "experience", "languages": "language", "education": "education", "licences": "licence"}
SIGNS = {Importance.MUST: "!", Importance.NICE: "?"}
SAID: dict[str, Callable[[Requirement], str]] = {
    "years": lambda r: f"{r.minimum or ''}-{r.maximum or ''}",
    "languages": lambda r: f"{r.value}:{'' if r.minimum is None else LanguageLevel(r.minimum).name}",
    "education": lambda r: EducationLevel(r.minimum or 0).name.lower(),
    "licences": lambda r: r.value,
}


def read(text: str) -> VacancyProfile:
    body = text.replace(" // ", "\n")
    french = FRENCH.search(body) is not None
    return read_vacancy_profile((IN_FRENCH if french else ENGLISH).format(body), "fr" if french else "en")


def _skill(profile: VacancyProfile, id_: str) -> str:
    for requirement in profile.requirements:
        if requirement.value == id_:
            return "!" if requirement.importance is Importance.MUST else "?"
    return "-" if any(item.value == id_ for item in profile.not_needed) else "0"


def _read_as(profile: VacancyProfile, kind: str, expected: str) -> str:
    match kind:
        case "skills":
            return " ".join(f"{each[:-1]}{_skill(profile, each[:-1])}" for each in expected.split())
        case "years" | "languages" | "education" | "licences":
            return (
                " ".join(SAID[kind](r) + SIGNS[r.importance] for r in profile.requirements if r.kind == KINDS[kind])
                or "-"
            )
        case "certificates" | "clearance":
            found = [r.value for r in profile.requirements if r.kind == kind.removesuffix("s")]
            return " ".join(found) or "-"
        case "start":
            return profile.start.value if profile.start else "-"
        case "place":
            return profile.location.value.partition(",")[0] if profile.location else "-"
        case "conditions":
            return " ".join(c.value for c in profile.conditions) or "-"
    raise ValueError(kind)


@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, *_ in CASES))
def test_adverts_are_read_as_they_were_meant(kind: str) -> None:
    wrong = []
    for text, expected in [rest for of, *rest in CASES if of == kind]:
        profile = read(text)
        readings = [_read_as(profile, kind, one) for one in expected.split(" or ")]
        if all(reading != one for reading, one in zip(readings, expected.split(" or "))):
            wrong.append((text, expected, readings))
    assert wrong == []
