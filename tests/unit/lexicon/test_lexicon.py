"""The lexicon's files, and a third language as one more file."""

from __future__ import annotations

from datetime import date

import pytest

from jobfit.errors import InputError
from jobfit.ingest.kinds import guess_kind
from jobfit.ingest.language import detect_language
from jobfit.lexicon import Lexicon, built, current, load_lexicon, using
from jobfit.policy.months import experience_total
from jobfit.records import EducationLevel, Kind, LanguageLevel, RequirementKind
from jobfit.structure.candidate import read_candidate_profile
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.compact import load_compact

SPANISH = r"""
[detection]
stop_words = "el la los las de del en con para por un una que es se su como más años"

[kinds.candidate]
cv = ['\bcurr[íi]culum\b']
experience_heading = ['^experiencia (?:laboral|profesional)\b']
education = ['^(?:educaci[óo]n|formaci[óo]n)\b']

[headings.candidate]
experience = ["experiencia laboral", "experiencia profesional"]
education = ["educacion", "formacion academica"]
languages = ["idiomas"]

[headings.vacancy]
requirements = ["requisitos"]

[roles]
words = "enfermera enfermero cocinero"

[dates]
months = [
    'ene(?:ro)?', 'feb(?:rero)?', 'mar(?:zo)?', 'abr(?:il)?', 'may(?:o)?', 'jun(?:io)?', 'jul(?:io)?', 'ago(?:sto)?',
    'sep(?:tiembre)?', 'oct(?:ubre)?', 'nov(?:iembre)?', 'dic(?:iembre)?',
]
now = ["actualidad", "hoy"]
to = ["a", "hasta"]
of = ["de"]
seasons = { primavera = 3, verano = 6 }

[units]
years = ['anos?']
months = ['mes(?:es)?']

[experience]
named = ["experiencia"]

[years]
numbers = { dos = 2, tres = 3 }
named = ["experiencia"]
at_least = ["al menos", "minimo(?: de)?"]
link = ["de"]
introduces = ["de"]

[education.levels]
bachelor = ['licenciatura(?: en \w{1,20})?']

[languages]
after = ['(?:es )?imprescindible']

[languages.names]
en = "ingles"
es = "espanol"

[languages.levels]
native = ["nativo"]
b2 = ["avanzado medio"]

[importance]
strong = ["imprescindible"]

[importance.follows]
must = ['(?:es )?imprescindible']
"""
CV = """Currículum
María Ruiz
Enfermera

Experiencia laboral
enero de 2019 - marzo de 2021: Enfermera, Hospital Clínico
abril de 2021 - actualidad: Enfermera, Clínica del Sol

Educación
Licenciatura en Enfermería, Universidad de Sevilla, 2018

Idiomas
español (nativo), inglés (B2)
"""
TODAY = date(2024, 5, 1)


@pytest.fixture
def with_spanish(tmp_path):
    (tmp_path / "es.toml").write_text(SPANISH, encoding="utf-8")
    with using(load_lexicon(tmp_path)) as lexicon:
        yield lexicon


def test_a_third_language_is_one_more_file(with_spanish):
    profile = read_candidate_profile(CV, load_compact())
    assert [section.kind for section in profile.sections] == ["header", "experience", "education", "languages"]
    assert [(e.title.value, e.start, e.end, e.current) for e in profile.experiences] == [
        ("Enfermera", "2019-01", "2021-03", False),
        ("Enfermera", "2021-04", None, True),
    ]
    total = experience_total(profile, TODAY)
    assert total is not None and total.value.months == 27 + 38
    assert profile.education is not None and profile.education.value is EducationLevel.BACHELOR
    levels = {spoken.value.code: spoken.value.level for spoken in profile.languages}
    assert levels == {"es": LanguageLevel.NATIVE, "en": LanguageLevel.B2}
    assert guess_kind(CV, "maria.txt") is Kind.CANDIDATE


def test_a_third_language_asks_for_years_of_experience(with_spanish):
    text = "Enfermera\n\nRequisitos\nAl menos tres años de experiencia en hospital. El inglés es imprescindible.\n"
    asked = {r.kind: r.minimum for r in read_vacancy_profile(text, "es").requirements}
    assert asked == {RequirementKind.EXPERIENCE: 36, RequirementKind.LANGUAGE: None}


def test_a_third_language_is_detected_and_english_and_french_stay(with_spanish):
    assert detect_language("Buscamos una enfermera para el servicio de noche de la clínica con los pacientes") == "es"
    assert detect_language("We are looking for a nurse for the night shift of our clinic, with experience") == "en"
    profile = read_candidate_profile("Ann Lee\nNurse\nLanguages: French (B2)")
    assert [spoken.value.code for spoken in profile.languages] == ["fr"]


def test_without_the_file_the_language_is_not_known():
    profile = read_candidate_profile(CV, load_compact())
    assert profile.education is None
    assert profile.experiences == ()
    assert detect_language("Buscamos una enfermera para el servicio de noche de la clínica con los pacientes") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[headings\n", "not a TOML file"),
        ('[headings]\ncandidat = ["x"]\n', "headings.candidat is not known; table headings has candidate"),
        ('[titels]\nlabel = ["x"]\n', "titels.label is not known; there is no table titels"),
        ('[headings]\ncandidate = ["x"]\n', "headings.candidate should be like"),
        ("[masking]\nsigned = ['atentamente']\n", "masking.signed needs masking.signed_hints"),
        ("[dates]\nmonths = 12\n", "dates.months is neither words, a list of texts nor a mapping"),
    ],
)
def test_a_file_that_the_rules_would_not_understand_is_refused(tmp_path, text, reason):
    (tmp_path / "es.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        load_lexicon(tmp_path)


def test_every_pattern_is_built_from_each_lexicon_once():
    calls: list[Lexicon] = []

    @built
    def languages(lexicon: Lexicon) -> tuple[str, ...]:
        calls.append(lexicon)
        return lexicon.languages

    other = Lexicon({"common": {}, "en": {}})
    assert (languages(), languages()) == (("en", "fr"), ("en", "fr"))
    with using(other):
        assert languages() == ("en",)
    assert languages() == ("en", "fr")
    assert calls == [current(), other]
