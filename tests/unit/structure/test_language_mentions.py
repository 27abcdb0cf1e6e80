"""Languages as people write them in CVs and adverts, and what only looks like one."""

import pytest

from jobfit.records import LanguageLevel
from jobfit.structure.languages import find_languages


def read(text: str) -> list[tuple[str, str | None]]:
    return [(s.value.code, s.value.level.name if s.value.level else None) for s in find_languages(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("English, Hindi and Marathi.", [("en", None), ("hi", None), ("mr", None)]),
        ("description - Tamil, Telugu, Kannada", [("ta", None), ("te", None), ("kn", None)]),
        ("Languages English, Hebrew (elementary), Russian", [("en", None), ("he", "A2"), ("ru", None)]),
        ("Kazakh: native", [("kk", "NATIVE")]),
        ("Punjabi - fluent", [("pa", "C1")]),
        ("English (Professional Working)", [("en", "B2")]),
        ("Spanish (Native or Bilingual)", [("es", "NATIVE")]),
        ("German - C1", [("de", "C1")]),
        ("anglais B2/C1", [("en", "B2")]),
        ("Langues : anglais (courant), tamoul (maternelle), wolof", [("en", "C1"), ("ta", "NATIVE"), ("wo", None)]),
        ("Anglais lu, écrit, parlé", [("en", None)]),
        ("TOEIC 850", [("en", "B2")]),
        ("TOEIC : 945/990", [("en", "C1")]),
        ("IELTS Overall 8", [("en", "C1")]),
        ("TOEFL iBT: 100", [("en", "C1")]),
        ("TOEIC 9999", []),
        ("learning Spanish (A2)", [("es", "A2")]),
        ("Anglais technique", [("en", None)]),
    ],
)  # fmt: skip
def test_languages_are_read(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "advanced German engineering",
        "excellent French cuisine",
        "English breakfast cook",
        "French market experience",
        "marché français",
        "British, French and German clients",
        "offices in French, German and Italian cities",
        "native apps in Swift",
        "Languages: Python, Java",
        "Latin America",
        "Polish the surface",
        "No German",
        "I don't speak Spanish",
        "currently learning German",
        "BA in English",
        "Ne parle pas allemand",
        "Pas d'anglais exigé",
        "",
    ],
)
def test_what_only_looks_like_a_language(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "sure"),
    [("German C1", True), ("German: native", True), ("fluent German", False), ("German B2/C1", False)],
)
def test_only_a_level_in_so_many_words_is_sure(text: str, sure: bool) -> None:
    [item] = find_languages(text)
    assert item.value.level is not None and item.value.level >= LanguageLevel.B2
    assert item.sure is sure
