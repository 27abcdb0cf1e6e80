"""Short CVs around one fact each, other members of every kind of fault, in two layouts and in English and French.

The cases are in ``members_of_each_kind_cv.txt``. Their readings were written before any rule was tried on them; an
empty reading is one that rightly says nothing. ``?`` stands for unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from jobfit.policy.months import experience_total
from jobfit.records import CandidateProfile, Polarity, Stated
from jobfit.structure.candidate import read_candidate_profile
from jobfit.taxonomy.compact import load_compact

TODAY = date(2026, 1, 15)
CASES = [
    tuple(part.strip() for part in line.split("|"))
    for line in Path(__file__).with_name("members_of_each_kind_cv.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
FRENCH = re.compile(
    r"[éèêçàû]|\b(?:de|du|le|la|en|et|les|des|jamais|pas|depuis|avril|mai|langues|sans|sous|libre|disponible|je)\b",
    re.I,
)
ENGLISH_LAYOUTS = (
    "Priya Nakamura\nForklift driver\npriya@example.org\n\nSUMMARY\nCareful and punctual worker.\n"
    "{summary}\nEXPERIENCE\nForklift driver, Acme Ltd, Hull\n{dates}\nLoaded lorries and counted pallets.\n\n"
    "{beside}EDUCATION\n{education}\n",
    "Priya Nakamura\nForklift driver\n\nProfile: {summary}\n\nWork History\n• Forklift driver at Acme Ltd, {dates}\n"
    "- Loaded lorries and counted pallets.\n\nEducation and Training\n- {education}\n\n{beside}Hobbies\nChess\n",
)
FRENCH_LAYOUTS = (
    "Noé Barbier\nCariste\nnoe@example.org\n\nPROFIL\nOuvrier soigneux et ponctuel, apprécié de ses équipes.\n"
    "{summary}\nEXPÉRIENCE PROFESSIONNELLE\nCariste, Durand SA, Le Mans\n{dates}\nChargement des camions.\n\n"
    "{beside}FORMATION\n{education}\n",
    "Noé Barbier\nCariste\n\nÀ propos : {summary}\n\nParcours professionnel\n• Cariste chez Durand SA, {dates}\n"
    "- Chargement des camions.\n\nDiplômes et formations\n- {education}\n\n{beside}Loisirs\nMarche, échecs\n",
)
HEADS = {
    "location": (
        "{text}\n\nSUMMARY\nCareful and punctual.\n\nEXPERIENCE\nForklift driver, Acme Ltd, Hull\n"
        "January 2018 - December 2019\nLoaded lorries.\n\nEDUCATION\nHill School, York\n",
        "{text}\n\nPROFIL\nSoigneux et ponctuel.\n\nEXPÉRIENCE\nCariste, Durand SA, Le Mans\n"
        "janvier 2018 - décembre 2019\nChargement.\n\nFORMATION\nLycée du Parc, Tours\n",
    ),
    "title": (
        "Priya Nakamura\npriya@example.org\n\nEXPERIENCE\n{text}\nKept records and answered queries.\n\n"
        "EDUCATION\nHill School, 2010\n",
        "Noé Barbier\nnoe@example.org\n\nEXPÉRIENCE\n{text}\nSuivi des dossiers et des plannings.\n\n"
        "FORMATION\nLycée du Parc, 2010\n",
    ),
}
SIGNS = {Polarity.HAS: "", Polarity.HAS_NOT: "-", Polarity.WANTS: "~"}


def texts(kind: str, text: str) -> list[str]:
    """Return the CVs that state ``text`` at the place where such a fact stands."""
    french = FRENCH.search(text) is not None
    lines = text.replace(" / ", "\n").replace("¦", "|")
    if kind in HEADS:
        french = text.startswith("Noé") if kind == "location" else french
        return [HEADS[kind][french].format(text=lines)]
    filled = {
        "summary": "",
        "beside": "",
        "dates": "janvier 2018 - décembre 2019" if french else "January 2018 - December 2019",
        "education": "Lycée du Parc" if french else "Hill School",
    }
    if kind == "months":
        filled["dates"] = text
    elif kind == "months beside":
        filled["beside"] = f"{lines}\n\n"
    elif kind == "education":
        filled["education"] = lines
    else:
        filled["summary"] = lines + "\n"
    first, second = FRENCH_LAYOUTS if french else ENGLISH_LAYOUTS
    bulleted = {**filled, "education": filled["education"].replace("\n", "\n- ")}
    return [first.format(**filled), second.format(**bulleted)]


def signed(items: tuple[Stated[str], ...]) -> str:
    return ",".join(SIGNS[item.polarity] + item.value for item in items)


def education(profile: CandidateProfile) -> str:
    held = profile.education.value.name.lower() if profile.education else "?"
    return f"{held} +{profile.studying.value.name.lower()}" if profile.studying else held


def months(profile: CandidateProfile) -> str:
    total = experience_total(profile, TODAY)
    return str(total.value.months) if total else "?"


def languages(profile: CandidateProfile) -> str:
    spoken = [item.value for item in profile.languages]
    return ",".join(skill.code + (f":{skill.level.name}" if skill.level else "") for skill in spoken)


def pay(profile: CandidateProfile) -> str:
    if profile.salary is None:
        return ""
    wished = profile.salary.value
    low, high = (None if amount is None else round(amount) for amount in (wished.minimum, wished.maximum))
    return f"{low}-{high} {wished.currency} {wished.period}"


READ: dict[str, Callable[[CandidateProfile], str]] = {
    "education": education,
    "months": months,
    "months beside": months,
    "skills": lambda profile: " ".join([*(f"+{item.value}" for item in profile.skills_by_name), *_others(profile)]),
    "cert": lambda profile: signed(profile.certificates),
    "clear": lambda profile: signed(profile.clearances),
    "permit": lambda profile: signed(profile.permits),
    "lang": languages,
    "licence": lambda profile: " ".join(item.value for item in profile.licences),
    "pay": pay,
    "notice": lambda profile: str(profile.notice.value) if profile.notice else "",
    "location": lambda profile: profile.location.value if profile.location else "?",
    "title": lambda profile: profile.title.value if profile.title else "?",
}


def _others(profile: CandidateProfile) -> list[str]:
    return [SIGNS[item.polarity] + item.value for item in profile.disclaimed]


def in_any_order(kind: str, reading: str) -> tuple[str, ...]:
    if kind in ("skills", "licence"):
        return tuple(sorted(reading.split()))
    return tuple(sorted(reading.split(","))) if kind in ("cert", "clear", "permit", "lang") else (reading,)


@cache
def skills_of_layouts() -> set[str]:
    profiles = [read_candidate_profile(cv, load_compact()) for text in ("x", "œ é") for cv in texts("skills", text)]
    return {word for profile in profiles for word in READ["skills"](profile).split()}


@pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, *_ in CASES))
def test_facts_are_read_in_every_layout(kind: str) -> None:
    wrong = []
    for text, expected in [rest for of, *rest in CASES if of == kind]:
        allowed = [in_any_order(kind, reading.strip()) for reading in re.split(r"\bor\b", expected)]
        for cv in texts(kind, text):
            reading = READ[kind](read_candidate_profile(cv, load_compact()))
            if kind == "skills":
                reading = " ".join(
                    word for word in reading.split() if word not in skills_of_layouts() or word in expected
                )
            if in_any_order(kind, reading) not in allowed:
                wrong.append((text, expected, reading, cv))
    assert wrong == []
