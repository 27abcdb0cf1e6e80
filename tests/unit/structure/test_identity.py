import pytest

from jobfit.records import Kind
from jobfit.structure.identity import read_name, read_title
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Titles


def name(text: str) -> str | None:
    found = read_name(ReadText(text, Kind.CANDIDATE))
    return found.value if found else None


def title(text: str) -> str | None:
    read = ReadText(text, Kind.CANDIDATE)
    found = read_title(Titles(read, None), read_name(read))
    return found.value if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee\nNurse\n", "Ann Lee"),
        ("MARIE DUPONT\n", "MARIE DUPONT"),
        ("CV - Jean-Luc O'Brien\n", "Jean-Luc O'Brien"),
        ("Curriculum Vitae\nÉlodie de La Tour\n", "Élodie de La Tour"),
        ("Nurse\nName: Ann B. Lee\n", "Ann B. Lee"),
        ("Ann Lee | Nurse | Leeds", "Ann Lee"),
        ("Software Developer\nLeeds", None),
        ("Work Experience\nCook", None),
        ("New York\n", None),
        ("ANALYTICS LEAD\nLeeds", None),
        ("ann lee", None),
        ("", None),
    ],
)
def test_name_is_read_where_it_can_be_nothing_else(text: str, expected: str | None) -> None:
    assert name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Lee\nSenior Nurse\n", "Senior Nurse"),
        ("Ann Lee - Sales Manager\n", "Sales Manager"),
        ("FULL STACK DEVELOPER WITH 7+ YEARS OF EXPERIENCE", "FULL STACK DEVELOPER"),
        ("Ann Lee\nPoste recherché : Vendeuse\n", "Vendeuse"),
        ("Candidate 7\nMarine Engineer\n", "Marine Engineer"),
        ("Applicant ref. AB-12\nLooking for a position as a junior accountant in Hull\n", "junior accountant"),
        ("Profile 9\n\nAbout me\nI am a civil engineer with ten years of work\n", "civil engineer"),
        ("Candidat n° 14\n\nProfil\nJe suis infirmière depuis 2010\n", "infirmière"),
        ("Ann Lee\nCook\n\nEducation\nMSc, 2019\nTitle: Kitchen managers of the north\n", "Cook"),
        ("Ann Lee\nLeeds\n\nFormation\nMaster, 2019\nTitre : Le métier de comptable\n", None),
        ("Ann Lee\nLeeds, UK\n07700 900123\n", None),
        ("Ann Lee\nI work as an analyst and a writer\n", None),
        ("", None),
    ],
)
def test_title_is_read_at_the_head(text: str, expected: str | None) -> None:
    assert title(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marie Durand\nJe recherche un poste de Institutrice\nExpérience\nInstitutrice, 2012", "Institutrice"),
        ("Marie Durand\nRecherche un poste d'infirmière\nExpérience\n", "infirmière"),
        ("Paul Roy\nObjectif : un poste de comptable\nExpérience\n", "comptable"),
        ("Paul Roy\nObjectif : comptable\nExpérience\n", "comptable"),
        ("Jo Lee\nObjective: a position as line cook\nExperience\n", "line cook"),
        (
            "Jo Lee\nI am looking for a job as a senior\nsoftware engineer in a small team.\n",
            "senior software engineer",
        ),
    ],
)
def test_title_that_is_looked_for_is_the_role_alone_up_to_the_next_heading(text: str, expected: str) -> None:
    assert title(text) == expected
