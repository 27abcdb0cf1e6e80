"""Whole CVs, English and French, with every expected value worked out by hand."""

from datetime import date

import pytest

from jobfit.policy.months import experience_total
from jobfit.records import CandidateProfile, EducationLevel, ExperienceTotal, LanguageLevel
from jobfit.structure.candidate import read_candidate_profile
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy

TODAY = date(2024, 5, 15)
TAXONOMY = Taxonomy(
    "golden",
    {
        "java": Skill("java", {"en": ("Java",)}),
        "sql": Skill("sql", {"en": ("SQL",)}),
        "go": Skill("go", {"en": ("Go",)}),
        "stock": Skill("stock", {"en": ("stock management",), "fr": ("gestion des stocks",)}),
        "excel": Skill("excel", {"en": ("Excel",)}),
    },
    {
        "developer": Occupation("developer", {"en": ("software developer",)}, "it", ("java",), ()),
        "storekeeper": Occupation("storekeeper", {"en": ("storekeeper",), "fr": ("magasinier",)}, "logistics", (), ()),
    },
)

ENGLISH = """Amina Okafor-Lind
Senior Software Developer
Location: Leeds, United Kingdom | amina@example.org
Willing to relocate to London or Dublin. Looking for a permanent, full-time position, hybrid or remote.

PROFESSIONAL SUMMARY
Go the extra mile. Scrum Master with a clean driving licence.

WORK EXPERIENCE
03/2021 – Present: Senior Software Developer, Northwind Ltd (Leeds)
• Java services, no downtime since the 2022 release of the platform
Jan 2019 – June 2021
Software Developer
Contoso, York
2016 – 2018 | Junior Developer | Fabrikam
Technologies: Java, SQL

EDUCATION
2012 – 2016 BSc (Hons) Computer Science, University of Leeds
2017 – 2018 MSc Data Science (unfinished)

SKILLS
Java, SQL, Go

LANGUAGES
English (native), French - B2
"""

FRENCH = """CURRICULUM VITÆ
Jean-Marc LEFÈVRE
Magasinier cariste
69003 Lyon
Permis B, CACES R489
Mobilité : Auvergne-Rhône-Alpes, Genève
Recherche un CDI à temps plein, de préférence de jour, pas de travail de nuit

EXPÉRIENCE PROFESSIONNELLE
Magasinier
Entrepôts du Rhône, Lyon
De mars 2019 à aujourd'hui
- Gestion des stocks et inventaires
Préparateur de commandes
Logis Sud, Valence
De septembre 2015 à février 2019

FORMATION
2015 : Bac pro logistique, lycée Jean Moulin
2013 : CAP vente

COMPÉTENCES
Gestion des stocks, Excel, Word

LANGUES
Français : langue maternelle
Anglais scolaire
"""


@pytest.fixture(scope="module")
def english() -> CandidateProfile:
    return read_candidate_profile(ENGLISH, TAXONOMY)


@pytest.fixture(scope="module")
def french() -> CandidateProfile:
    return read_candidate_profile(FRENCH, TAXONOMY)


def test_english_identity_and_place(english: CandidateProfile) -> None:
    assert english.name is not None and english.name.value == "Amina Okafor-Lind"
    assert english.title is not None and english.title.value == "Senior Software Developer"
    assert english.location is not None and english.location.value == "leeds"
    assert [place.value for place in english.wished_locations] == ["london", "dublin"]
    assert [c.value for c in english.conditions] == ["permanent", "full_time", "hybrid", "remote"]


def test_english_sections(english: CandidateProfile) -> None:
    assert [s.kind for s in english.sections] == ["header", "summary", "experience", "education", "skills", "languages"]


def test_english_positions_have_titles_and_dates(english: CandidateProfile) -> None:
    assert [(e.title.value, e.start, e.end, e.current, e.occupation) for e in english.experiences] == [
        ("Senior Software Developer", "2021-03", None, True, "developer"),
        ("Software Developer", "2019-01", "2021-06", False, "developer"),
        ("Junior Developer", "2016", "2018", False, None),
    ]


def test_english_months_count_the_overlap_once(english: CandidateProfile) -> None:
    # 2019-01..2024-05 without a gap: 5 years and 5 months = 65. 2016 - 2018 by the convention: 24, at most 36.
    total = experience_total(english, TODAY)
    assert total is not None and total.sure
    assert total.value == ExperienceTotal(months=65 + 24, at_most=65 + 36)


def test_english_education_skills_languages_licences(english: CandidateProfile) -> None:
    assert english.education is not None
    assert (english.education.value, english.education.evidence.text) == (EducationLevel.BACHELOR, "BSc")
    assert [s.value for s in english.skills] == ["java", "sql", "go"]
    assert [(s.value.code, s.value.level) for s in english.languages] == [
        ("en", LanguageLevel.NATIVE),
        ("fr", LanguageLevel.B2),
    ]
    assert [s.value for s in english.licences] == ["B"]


def test_french_identity_and_place(french: CandidateProfile) -> None:
    assert french.name is not None and french.name.value == "Jean-Marc LEFÈVRE"
    assert french.title is not None and french.title.value == "Magasinier cariste"
    assert french.location is not None and french.location.value == "lyon"
    assert [place.value for place in french.wished_locations] == ["auvergne rhone alpes", "geneva"]
    assert [c.value for c in french.conditions] == ["permanent", "full_time"]
    assert [s.value for s in french.licences] == ["B", "forklift"]


def test_french_positions_and_months(french: CandidateProfile) -> None:
    assert [(e.title.value, e.start, e.end, e.current, e.occupation) for e in french.experiences] == [
        ("Magasinier", "2019-03", None, True, "storekeeper"),
        ("Préparateur de commandes", "2015-09", "2019-02", False, None),
    ]
    # 2015-09..2024-05 without a gap: 8 years (to 2023-08) and 9 months.
    total = experience_total(french, TODAY)
    assert total is not None and total.sure
    assert total.value == ExperienceTotal(months=8 * 12 + 9, at_most=8 * 12 + 9)


def test_french_education_skills_languages(french: CandidateProfile) -> None:
    assert french.education is not None
    assert (french.education.value, french.education.evidence.text) == (EducationLevel.UPPER_SECONDARY, "Bac pro")
    assert [s.value for s in french.skills] == ["stock", "excel", "text:word"]  # not in this taxonomy
    assert [(s.value.code, s.value.level) for s in french.languages] == [
        ("fr", LanguageLevel.NATIVE),
        ("en", LanguageLevel.A2),
    ]


def test_profile_of_a_text_that_states_nothing_is_empty() -> None:
    profile = read_candidate_profile("lorem ipsum dolor sit amet", TAXONOMY)
    assert profile == CandidateProfile(sections=profile.sections)


def test_profile_in_one_paragraph_is_cut_by_its_labels() -> None:
    text = (
        "Software developer with 10+ years of experience. Experience: Software developer at Contoso, 2015 - 2020. "
        "Education: Master's degree in Physics. Skills: SQL, Java. Languages: English (C1)."
    )
    profile = read_candidate_profile(text, TAXONOMY)
    assert [s.kind for s in profile.sections] == ["header", "experience", "education", "skills", "languages"]
    total = experience_total(profile, TODAY)
    assert total is not None and not total.sure
    assert total.value == ExperienceTotal(months=120)  # it claims more than its dates show
    assert total.evidence.text == "10+ years of experience"
    assert [s.value for s in profile.skills] == ["sql", "java"]


def test_profile_town_alone_at_the_head_is_no_name() -> None:
    profile = read_candidate_profile("Villefranche Sud\nLieu : Villefranche Sud\n", TAXONOMY)
    assert profile.location is not None and profile.location.value == "villefranche sud"
    assert profile.name is None
