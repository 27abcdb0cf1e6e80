"""Every finder is linear: 50,000 hostile characters take each of them less than a second in total."""

from collections.abc import Callable
from time import process_time

import pytest

from jobfit.folding import fold
from jobfit.structure.availability import find_notice
from jobfit.structure.candidate import read_candidate_profile
from jobfit.structure.certificates import read_certificates
from jobfit.structure.clearances import read_clearances
from jobfit.structure.conditions import find_conditions
from jobfit.structure.dates import find_ranges
from jobfit.structure.education import find_levels, read_education
from jobfit.structure.languages import find_languages
from jobfit.structure.licences import find_licences
from jobfit.structure.pay import find_wished_salary
from jobfit.structure.permits import read_permits
from jobfit.structure.places import find_location, find_places
from jobfit.structure.polarity import find_scopes
from jobfit.structure.sections import split_sections
from jobfit.structure.terms import SkillFinder
from jobfit.taxonomy.model import Skill, Taxonomy

SIZE = 50_000
PIECES = (
    "(", "a ", "A ", "1", "1 ", "\n", " ", "\t", "-", "2019 - ", "01/", "january ", "2019-", "master ",
    "bac +", "permis b, ", "english ", "native english, ", "languages: english ", "location: ", "Paris, ",
    "a'a-", "Skills: ", "EDUCATION\n", ". A", "C, ", "Go ", "project ", "remote ", "week-end ", "no ", "é",
    "\u0301", "https://", "a@b.", "12345 a", "A (", "Aa bb-", "experience ", "10 years ", "since ", "- ", "• ",
    "licence ", "stage ", "du 1er mars 2019 au ", "till date ", "between May 2017 and ", "never used ",
    "not a ", "B.E. ",
    "CISSP, ", "authorised to work in ", "$1,000 - ", "3 months' notice ", "jamais utilisé ", "SC clearance ",
    "\x00\u202eЖ",
)  # fmt: skip
SKILLS = {
    f"s{i}": Skill(f"s{i}", {"en": (label,)}) for i, label in enumerate(("C", "Go", "project management", "a a a a b"))
}
TAXONOMY = Taxonomy("hostile", SKILLS, {})
FINDERS: dict[str, Callable[[str], object]] = {
    "certificates": read_certificates,
    "clearances": read_clearances,
    "conditions": find_conditions,
    "dates": lambda text: find_ranges(text),
    "education": find_levels,
    "education of a CV": read_education,
    "languages": find_languages,
    "licences": find_licences,
    "location": find_location,
    "notice": find_notice,
    "pay": find_wished_salary,
    "permits": read_permits,
    "places": find_places,
    "polarity": lambda text: list(find_scopes(fold(text))),
    "sections": split_sections,
    "skills": SkillFinder(TAXONOMY).find,
}


def seconds(read: Callable[[str], object], text: str, enough: float) -> float:
    """The least of three processor times, because a busy machine slows any of them; one that is enough ends it."""
    least = float("inf")
    for _ in range(3):
        start = process_time()
        read(text)
        least = min(least, process_time() - start)
        if least < enough:
            break
    return least


@pytest.mark.parametrize("name", FINDERS)
def test_finder_on_hostile_text_is_linear(name: str) -> None:
    for piece in PIECES:
        text = (piece * (SIZE // len(piece) + 1))[:SIZE]
        assert seconds(FINDERS[name], text, 1.0) < 1.0, f"{name} is slow on {piece!r}"


def test_profile_of_hostile_text_is_linear() -> None:
    def read_profile(text: str) -> object:
        return read_candidate_profile(text, TAXONOMY)

    for piece in PIECES:
        text = (piece * (SIZE // len(piece) + 1))[: SIZE // 5]
        assert seconds(read_profile, text, 1.0) < 1.0, f"the profile is slow on {piece!r}"


@pytest.mark.parametrize(
    "piece",
    [
        "until 2021 ",
        "depuis 2012 Go ",
        "I was a cook from 2015 to 2019, ",
        "de 2015 à 2019 j'ai été vendeuse et ",
        "cooks. Experience Cook\t2012 - 2014 ",
        "Skills: mine. Experience Cook\t2012 - 2014 ",
    ],
)
def test_positions_told_in_one_line_without_an_end_are_linear(piece: str) -> None:
    text = (piece * (SIZE // len(piece) + 1))[:SIZE]
    assert seconds(read_candidate_profile, text, 5.0) < 5.0, f"the profile is slow on {piece!r}"  # quadratic: 15 s
