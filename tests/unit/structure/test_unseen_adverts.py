"""Adverts of every kind that were written, with their reading, before any rule was run on them."""

import pytest

from jobfit.records import VacancyProfile
from jobfit.structure.vacancy import read_vacancy_profile

FRAME = "Coordinator\n\nWe serve clients across several sectors.\n\n{}\n\nPlease send us your application."


def read(text: str) -> VacancyProfile:
    return read_vacancy_profile(FRAME.format(text), None)


def asked(text: str, kind: str) -> list[tuple[str, int | None, int | None, str]]:
    found = [item for item in read(text).requirements if item.kind == kind]
    return [(item.value, item.minimum, item.maximum, str(item.importance)) for item in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Location: Toronto\nMust be authorised to work in the UK; we do not sponsor visas.", ["GB"]),
        ("Lieu : Londres\nTitre de séjour exigé pour travailler en France.", ["FR"]),
        ("Lieu : Austin\nTitre de séjour autorisant à travailler en France exigé.", ["FR"]),
        ("Lieu : Genève\nPermis de travail suisse indispensable.", ["CH"]),
        ("Lieu : Bruxelles\nPermis de travail pour la Belgique requis.", ["BE"]),
        ("Lieu : Lyon\nTitre de séjour en cours de validité exigé.", ["FR"]),
        ("Lieu : Lille\nNous ne parrainons pas de visa.", ["FR"]),
        ("Titre de séjour exigé.", []),
        ("Location: Austin, TX\nUS citizenship or green card required.", ["US"]),
        ("Location: Sydney\nAustralian citizens or permanent residents only", ["AU"]),
        ("Location: New York\nMust be a U.S. citizen", ["US:citizenship"]),
        ("Location: Dublin\nVisa sponsorship available.", []),
        ("Lieu : Paris\nVous aidez nos clients à obtenir leur titre de séjour.", []),
        ("Location: London\nOur Paris office handles work permits for expatriates.", []),
    ],
)
def test_the_country_that_the_sentence_names_wins(text: str, expected: list[str]) -> None:
    assert [value for value, *_ in asked(text, "permit")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Profils de moins d'un an d'expérience bienvenus.", [("", None, 12, "nice")]),
        ("Plus d'un an d'expérience exigé.", [("", 12, None, "must")]),
        ("| Expérience | 2 ans |\n| Contrat | CDI |", [("", 24, None, "nice")]),
        ("| Contract | 2 years | Experience | Welcome |", []),
        ("Experience required: 7 yrs", [("", 84, None, "must")]),
        ("Garde d'enfants de 3 ans et 5 ans le mercredi, expérience appréciée.", []),
        ("Our consultants have an average of 12 years of experience.", []),
        ("Fort de 25 ans d'expérience, notre groupe accompagne les collectivités.", []),
        ("You must be at least 21 years old to work in this venue.", []),
        ("Au bout de 3 ans, vous pourrez évoluer vers un poste de chef d'équipe.", []),
        ("12 months' maternity cover. Previous experience in payroll is helpful.", []),
    ],
)
def test_years(text: str, expected: list[tuple[str, int | None, int | None, str]]) -> None:
    assert asked(text, "experience") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Formation : Bac à Bac+2 en secrétariat", [4]),
        ("We offer to fund your Master's degree after one year.", []),
        ("Nous finançons votre licence professionnelle après un an.", []),
        ("You will mentor PhD students and Master students in our labs.", []),
        ("Vous encadrerez des doctorants et des étudiants de master.", []),
        ("Poste ouvert sans condition de diplôme.", []),
        ("Licence IV obligatoire pour le débit de boissons.", []),
    ],
)
def test_education(text: str, expected: list[int]) -> None:
    assert [minimum for _, minimum, *_ in asked(text, "education")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Start: Spring 2026. The office is in Java Street.",
        "Poste situé rue de Java, à deux pas de la tour.",
        "The cluster has forty nodes and the hall has tables and a rusty crane.",
        "Vous remplissez des tableaux ; vous excellez dans l'accueil.",
        "You are customer facing and enjoy facing customers.",
        "You are swift to react when access to the site is blocked.",
    ],
)
def test_words_that_are_no_skills(text: str) -> None:
    assert asked(text, "skill") == []


@pytest.mark.parametrize(
    ("text", "skill"),
    [
        ("You don't have to know SQL, we will teach you.", "sql"),
        ("Whether or not you know Angular does not matter.", "angular"),
        ("Peu importe que vous connaissiez Angular.", "angular"),
        ("Kubernetes is no prerequisite.", "kubernetes"),
        ("You must be fluent in Python; we do not use Java any more.", "java"),
        ("Vous maîtrisez Python ; nous n'utilisons plus Java.", "java"),
    ],
)
def test_skills_that_nobody_needs(text: str, skill: str) -> None:
    assert skill in [item.value for item in read(text).not_needed]


@pytest.mark.parametrize(
    ("text", "sure", "doubtful"),
    [
        ("Type de contrat : CDI, temps plein", {"permanent", "full_time"}, set()),
        ("Contract type: permanent, full-time", {"permanent", "full_time"}, set()),
        ("CDI ou CDD selon profil", set(), {"permanent", "fixed_term"}),
        ("Full-time or part-time", set(), {"full_time", "part_time"}),
        ("Télétravail complet possible", set(), {"remote"}),
        ("Vous animez des formations à distance.", set(), set()),
        ("Vous gérez les sites distants et le dépannage à distance.", set(), set()),
        ("Restaurant d'entreprise sur site", set(), set()),
        ("Vous rédigez les CDI et les CDD de nos collaborateurs.", set(), set()),
        ("Vous encadrerez des stagiaires et des apprentis.", set(), set()),
        ("You negotiate permanent contracts with our freelance suppliers.", set(), set()),
        ("You will support remote sites and remote users by phone.", set(), set()),
        ("Remote work is not possible for this post.", set(), set()),
        ("Working from home up to 2 days a week", {"hybrid"}, set()),
    ],
)
def test_conditions_and_how_sure_they_are(text: str, sure: set[str], doubtful: set[str]) -> None:
    found = read(text).conditions
    assert {item.value for item in found if item.sure} == sure
    assert {item.value for item in found if not item.sure} == doubtful


@pytest.mark.parametrize(
    "text",
    [
        "Bourse de 10 000 € par an remise par notre fondation à des étudiants",
        "Remboursement des transports 75 € par mois",
        "PhD bursary of £19,000 a year offered by our charity",
        "Annual bonus up to £5,000 and a £1,500 referral fee.",
    ],
)
def test_money_that_is_no_pay(text: str) -> None:
    assert read(text).salary is None
