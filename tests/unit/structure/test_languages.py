import pytest

from jobfit.structure.languages import find_languages


def found(text: str) -> list[str]:
    return [f"{s.value.code}:{s.value.level.name if s.value.level else '-'}" for s in find_languages(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Languages: English, Hebrew, Russian.", ["en:-", "he:-", "ru:-"]),
        ("English (C1), French - B2", ["en:C1", "fr:B2"]),
        ("Native French, fluent English", ["fr:NATIVE", "en:C1"]),
        ("English fluent, French native", ["en:C1", "fr:NATIVE"]),
        ("Fluent in English and Spanish", ["en:C1", "es:C1"]),
        ("Anglais courant, espagnol scolaire, allemand : notions", ["en:C1", "es:A2", "de:A2"]),
        ("Langue maternelle : français", ["fr:NATIVE"]),
        ("Français langue maternelle\nAnglais professionnel", ["fr:NATIVE", "en:B2"]),
        ("Bilingue anglais", ["en:C2"]),
        ("LANGUAGES\nEnglish\nB2 - Upper Intermediate\nHebrew\nA2 - Elementary\n", ["en:B2", "he:A2"]),
        ("English (Professional Working)\nRussian (Native or Bilingual)", ["en:B2", "ru:NATIVE"]),
        ("Langues\nAnglais\nItalien", ["en:-", "it:-"]),
        ("Maîtrise de l'anglais exigée", ["en:-"]),
        ("You speak German.", ["de:-"]),
        ("English required, Polish is a plus", ["en:-", "pl:-"]),
        ("English, Dutch", ["en:-", "nl:-"]),
        ("English: intermediate. I like it.", ["en:B1"]),
        ("English C1 C++", ["en:C1"]),
        ("Speaks English. English: B2", ["en:B2"]),
        ("native English and at least B1 German", ["en:NATIVE", "de:B1"]),
        ("Fluent proficiency in English and native Russian", ["en:C1", "ru:NATIVE"]),
        ("Languages: English, fluent French", ["en:-", "fr:C1"]),
        ("Langues : anglais et notions d'italien", ["en:-", "it:A2"]),
        ("LANGUAGES\nEnglish\nRussian\nPROFESSIONAL SKILLS\nSQL\n", ["en:-", "ru:-"]),
    ],
)
def test_languages_stated_are_read_with_their_level(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "French cuisine and Italian wine",
        "English teacher for five years",
        "Polish the code, polish every detail",
        "basic polish of the surfaces",
        "Java language, programming languages: Python, Basic",
        "the German market; a Spanish company",
        "Danish pastry",
        "the most popular Danish business software suite",
        "Worked for Russian Railways in 2019",
        "",
    ],
)
def test_languages_nationalities_and_verbs_are_not_languages(text: str) -> None:
    assert found(text) == []


def test_languages_quote_covers_name_and_level() -> None:
    text = "I am fluent in English."
    (item,) = find_languages(text)
    assert item.evidence.text == "fluent in English"
    assert text[item.evidence.start : item.evidence.end] == item.evidence.text
