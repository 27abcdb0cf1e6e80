import pytest

from jobfit.structure.conditions import find_conditions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CDI à temps plein", ["permanent", "full_time"]),
        ("CDD de 6 mois, temps partiel", ["fixed_term", "part_time"]),
        ("Permanent contract, part-time", ["permanent", "part_time"]),
        ("Mission d'intérim", ["temporary"]),
        ("Temporary position", ["temporary"]),
        ("Recherche un stage de 6 mois", ["internship"]),
        ("Looking for an internship", ["internship"]),
        ("Contrat d'apprentissage ou alternance", ["apprenticeship"]),
        ("Freelance or fixed-term contract", ["freelance", "fixed_term"]),
        ("Full-time, on-site, remote or hybrid.", ["full_time", "on_site", "remote", "hybrid"]),
        ("Télétravail possible", ["remote"]),
        ("2 jours de télétravail par semaine", ["hybrid"]),
        ("Télétravail 2 jours par semaine", ["hybrid"]),
        ("Fully remote", ["remote"]),
        ("travail de nuit et le week-end", ["night_shift"]),
        ("travail le week-end", ["weekend"]),
        ("Night shifts and weekend work", ["night_shift", "weekend"]),
        ("pas de télétravail", ["on_site"]),
        ("Télétravail non", ["on_site"]),
        (
            "Full-Time Permanent position (no contract, no corp to corp, no remote)",
            ["full_time", "permanent", "on_site"],
        ),
        ("Senior Engineer (Contract)", ["fixed_term"]),
        ("Position Type: Contract - We are searching", ["fixed_term"]),
        ("Duration: 6 month contract to hire.", ["contract_to_hire"]),
        ("3 months contract", ["fixed_term"]),
        ("Contract: 10 months", ["fixed_term"]),
        ("Temp-to-perm, C2H", ["contract_to_hire"]),
        ("This is a direct hire position", ["permanent"]),
        ("Term: Permanent", ["permanent"]),
        ("a fulltime position", ["full_time"]),
        ("Remote Software Developer", ["remote"]),
        ("Senior UI Developer (100% REMOTE)", ["remote"]),
        ("Work remote 2-3 days a week", ["hybrid"]),
        ("4 Days on-site 1 day remote is okay", ["hybrid"]),
        ("Occasional work from home, no problem", ["hybrid"]),
        ("three days a week in the office", ["hybrid"]),
        ("Must be onsite 100%", ["on_site"]),
        ("candidates must work onsite", ["on_site"]),
        ("You join us as an on-site member of the laboratory.", ["on_site"]),
        ("This is an on-site role in our bakery.", ["on_site"]),
        ("Vous serez membre sur site de notre laboratoire.", ["on_site"]),
        ("On-site fitness centre; an on-site clinic", []),
        ("Location: Troy, MI Contract OnsiteMust have: Skills", ["on_site"]),
        ("Quincy, MAFull-time Direct HireOur client", ["full_time", "permanent"]),
        ("Hybrid (London)", ["hybrid"]),
        ("Type de contrat : Intérim", ["temporary"]),
        ("Contrat de professionnalisation", ["apprenticeship"]),
        ("CDD évolutif en CDI", ["contract_to_hire"]),
        ("Télétravail : 2 jours/semaine", ["hybrid"]),
        ("Télétravail ponctuel", ["hybrid"]),
        ("100 % présentiel", ["on_site"]),
        ("Poste sur site uniquement", ["on_site"]),
        ("Temps-partiel, 24 h", ["part_time"]),
        ("travail un week-end sur deux", ["weekend"]),
    ],
)
def test_conditions_stated_are_read(text: str, expected: list[str]) -> None:
    assert [s.value for s in find_conditions(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "remote sensing, remote control",
        "hybrid cloud on AWS",
        "an early stage start-up; stage design",
        "apprentissage automatique",
        "no night shifts",
        "permanent improvement of quality",
        "weekend hikes",
        "Heavy scheduling of onsite interviews",
        "Free onsite parking, an on-site restaurant and bar",
        "liaison across direct and indirect staff onsite, offsite and offshore",
        "Onsite placements with direct end clients",
        "manage a remote / offshore team; remote offices, remote APIs",
        "automation framework (data driven, keyword, hybrid)",
        "Native and Hybrid modes; hybrid mobile apps, hybrid vehicles",
        "experience with remote desktop and remotely managed servers",
        "negotiated contracts with vendors; prime contractors",
        "serious about transitioning to full time",
        "experience of hybrid projects, gestion de projet hybride",
        "emploi étudiant",
        "",
    ],
)
def test_conditions_denied_or_of_another_meaning_are_none(text: str) -> None:
    assert find_conditions(text) == ()


@pytest.mark.parametrize(
    "text", ["Contract: permanent", "Employment type: Permanent, Leeds", "Contract type: permanent"]
)
def test_find_conditions_permanent_after_a_label(text: str) -> None:
    assert [item.value for item in find_conditions(text)] == ["permanent"]


def test_find_conditions_permanent_alone_is_no_contract() -> None:
    assert find_conditions("U.S. citizenship or permanent residency; a permanent marker") == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DeveloperLocation: Troy, MITerms: Full-time HireVisa status: any", "full_time"),
        ("Duration: 9 months contract Job description: tests or reviews", "fixed_term"),
        ("Contract type: permanent Beginning: May or June", "permanent"),
        ("This is an 18-month contract in Newcastle or York", "fixed_term"),
        ("Full-time opportunity for a cook who may lead others", "full_time"),
        ("4 month contract to hire (somebody reliable, if you are the right person", "contract_to_hire"),
        ("You must be on-site at our Leeds bakery, which may move", "on_site"),
        ("Regular on-site attendance is an essential function of this job", "on_site"),
        ("On-site attendance and punctuality are essential", "on_site"),
        ("Durée : CDD de 6 mois Profil : autonome ou encadré", "fixed_term"),
        ("Présence sur site obligatoire, quel que soit le poste", "on_site"),
        ("Vous devez travailler sur site au contact des clients", "on_site"),
    ],
)
def test_condition_beside_words_that_settle_it_is_sure(text: str, value: str) -> None:
    assert [item.sure for item in find_conditions(text) if item.value == value] == [True]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Contract type: permanent or fixed-term", "permanent"),
        ("Terms: part-time possible", "part_time"),
        ("You may be on-site once a month", "on_site"),
        ("We manage staff who work on-site across twelve depots", "on_site"),
        ("3 months contract, possibly longer", "fixed_term"),
        ("Full-time work after a part-time beginning", "full_time"),
    ],
)
def test_condition_that_words_leave_open_is_not_sure(text: str, value: str) -> None:
    assert not any(item.sure for item in find_conditions(text) if item.value == value)
