"""Every finder and both readers are linear in texts that are made to slow the rules down."""

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
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.model import Skill, Taxonomy

SIZE = 20_000
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
OF_VACANCIES = {
    "one word": "a",
    "years": "5 years ",
    "alternatives": "must have Java or Python, ",
    "headings": "Job Description: About Aa Bb Cc: ",
    "lines": "- Java\n",
    "blanks": " ",
    "brackets": "experience (",
    "titles": "seeking a ",
    "languages": "fluent English or German ",
    "numbers": "1 2 3 ",
    "permits": "titre de séjour exigé en France, no sponsorship ",
    "citizens": "US citizens or green card only ",
    "conditions": "full-time remote CDI sur site ",
    "others": "manage a team of the a a ",
    "rows": "| experience | 2 years ",
    "not needed": "no longer use Java, not needed: ",
    "streets": "rue de Java nodes ",
    "lists": "Java, Foo, SQL, ",
    "nested lists": "(Java, (Foo, ",
    "slashes": "Java/Foo/",
    "what is asked for": "experience with foo systems, bar design and Java ",
    "abbreviations": "Java GLBA vRA ",
    "or at the end": "Java, foo bar, or ",
    "headings of skills": "Skills: \n",
    "years of several": "5+ years of Oracle and till date ",
}
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


def is_linear(read: Callable[[str], object], piece: str, size: int) -> bool:
    """Whether a text of so many characters takes under 0.1 s, or under eight times what a quarter of it takes.

    What is linear takes four times as long, what is quadratic sixteen times, on a fast machine as on a slow one.
    """
    text = piece * (size // len(piece) + 1)

    def seconds(length: int) -> float:
        start = process_time()
        read(text[:length])
        return process_time() - start

    return any((whole := seconds(size)) < 0.1 or whole < 8 * seconds(size // 4) for _ in range(3))  # busy


def read_profile(text: str) -> object:
    return read_candidate_profile(text, TAXONOMY)


@pytest.mark.parametrize("name", FINDERS)
def test_finder_on_hostile_text_is_linear(name: str) -> None:
    assert [piece for piece in PIECES if not is_linear(FINDERS[name], piece, SIZE)] == []


def test_profile_of_hostile_text_is_linear() -> None:
    assert [piece for piece in PIECES if not is_linear(read_profile, piece, SIZE // 4)] == []


def test_vacancy_of_hostile_text_is_linear() -> None:
    def read(text: str) -> object:
        return read_vacancy_profile("x" + text, None)

    assert [name for name, pattern in OF_VACANCIES.items() if not is_linear(read, pattern, SIZE)] == []


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
    assert is_linear(read_profile, piece, SIZE)
