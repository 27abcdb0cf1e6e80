"""Durations in sentences of adverts, English and French, and what a person reads in them."""

import pytest

from jobfit.structure.years import find_years

IN_PROSE = [
    ("2-4 years of experience", (24, 48)),
    ("Three to five years of experience", (36, 60)),
    ("Trois à cinq ans d'expérience", (36, 60)),
    ("3/5 ans d'expérience", (36, 60)),
    ("Five to seven years of programmer experience", (60, 84)),
    ("between 2 and 4 years of experience", (24, 48)),
    ("entre 2 et 4 ans d'expérience", (24, 48)),
    ("de 2 à 4 ans d'expérience", (24, 48)),
    ("from 3 to 6 years' experience", (36, 72)),
    ("2 ou 3 ans d'expérience", (24, 36)),
    ("2 years to 4 years of experience", (24, 48)),
    ("6 months to 1 year of experience", (6, 12)),
    ("6 mois à 2 ans d'expérience", (6, 24)),
    ("18-24 months of experience", (18, 24)),
    ("Up to 2 years of experience", (None, 24)),
    ("Maximum 3 years of experience", (None, 36)),
    ("Less than 2 years of experience", (None, 24)),
    ("Jusqu'à 2 ans d'expérience", (None, 24)),
    ("Moins de 3 ans d'expérience", (None, 36)),
    ("no more than 5 years' experience", (None, 60)),
    ("not more than two years of experience", (None, 24)),
    ("at most 18 months of experience", (None, 18)),
    ("au plus 2 ans d'expérience", (None, 24)),
    ("2 ans d'expérience maximum", (None, 24)),
    ("2 years of experience or less", (None, 24)),
    ("3 years max of experience", (None, 36)),
    ("fewer than three years' experience", (None, 36)),
    ("Experience: up to 3 years", (None, 36)),
    ("Expérience : moins de 2 ans", (None, 24)),
    ("pas plus de 4 ans d'expérience", (None, 48)),
    ("au maximum 3 ans d'expérience", (None, 36)),
    ("0-2 years of experience", (None, 24)),
    ("0 à 2 ans d'expérience", (None, 24)),
    ("expérience inférieure à 2 ans", (None, 24)),
    ("not exceeding 3 years of experience", (None, 36)),
    ("No less than 3 years of experience", (36, None)),
    ("pas moins de 3 ans d'expérience", (36, None)),
    ("au moins 3 ans d'expérience", (36, None)),
    ("1.5 years of experience", (18, None)),
    ("1,5 an d'expérience", (18, None)),
    ("0.5 years of experience", (6, None)),
    ("0,5 an d'expérience", (6, None)),
    ("2.5+ years of experience", (30, None)),
    ("a year and a half of experience", (18, None)),
    ("un an et demi d'expérience", (18, None)),
    ("one and a half years of experience", (18, None)),
    ("two and a half years' experience", (30, None)),
    ("deux ans et demi d'expérience", (30, None)),
    ("2½ years of experience", (30, None)),
    ("six months of experience", (6, None)),
    ("six mois d'expérience", (6, None)),
    ("18 mois d'expérience", (18, None)),
    ("half a year of experience", (6, None)),
    ("twelve months' experience", (12, None)),
    ("dix-huit mois d'expérience", (18, None)),
    ("at least five (5) years of experience", (60, None)),
    ("Four-plus years of experience", (48, None)),
    ("one year of experience", (12, None)),
    ("a year of experience", (12, None)),
    ("statistics10+ years' experience", (120, None)),
    ("5 plus years of networking experience", (60, None)),
    ("3 + years' experience", (36, None)),
    ("10-plus years’ experience as a business analyst", (120, None)),
    ("2+ years as a test lead", (24, None)),
    ("3 ans d'expérience minimum", (36, None)),
    ("Experience: 2-4 years", (24, 48)),
    ("Expérience : 3/5 ans", (36, 60)),
    ("Experience: 36 months", (36, None)),
    ("Years of experience: 5", (60, None)),
    ("Nombre d'années d'expérience : 3", (36, None)),
    ("Years of experience required: 3-5", (36, 60)),
    ("Années d'expérience : 2 à 4", (24, 48)),
    ("Vous justifiez d'une expérience de 5 ans en cuisine", (60, None)),
    ("Une première expérience de 2 ans est souhaitée", (24, None)),
    ("Expérience exigée de 2 ans", (24, None)),
    ("You have 3 or more years of experience", (36, None)),
    ("3 ans ou plus d'expérience", (36, None)),
    ("3 years or more of experience", (36, None)),
    ("over 7 years of experience in sales", (84, None)),
    ("plus de 5 ans d'expérience", (60, None)),
    ("Candidates need 3yrs exp", (36, None)),
    ("5 yrs' exp.", (60, None)),
    ("4 years PQE", (48, None)),
    ("with 2 years post-qualification experience", (24, None)),
    ("Typically requires 6+ years related experience", (72, None)),
    ("Quality assurance experience more than 4 years", (48, None)),
    ("We are looking for a cook with 5 years of experience", (60, None)),
    ("Our client seeks someone with 3 years of experience", (36, None)),
    ("Nous recherchons un comptable avec 5 ans d'expérience", (60, None)),
    ("Fort d'une expérience de 5 ans, vous savez convaincre", (60, None)),
    ("With 5 years of experience, you know the trade", (60, None)),
    ("3 years of customer service experience", (36, None)),
    ("3 years contract management experience", (36, None)),
    ("5 years of university teaching experience", (60, None)),
    ("3 years program management experience", (36, None)),
    ("2 years of education experience", (24, None)),
    ("Experience of between two and four years", (24, 48)),
    ("expérience comprise entre 2 et 5 ans", (24, 60)),
    ("Vingt-quatre mois d'expérience", (24, None)),
    ("Java 8 and 3 years of experience", (36, None)),
    ("minimum of three years' experience in retail", (36, None)),
    ("3-5+ years of experience", (36, None)),
    ("3 années d’expérience en gestion", (36, None)),
    ("une expérience significative (3 ans)", (36, None)),
    ("expérience de 6 mois minimum", (6, None)),
    ("Expérience requise : 1 an", (12, None)),
]
IN_DEMANDS = [
    ("Minimum 8 years of BI BW", (96, None)),
    ("2+ years as a test lead", (24, None)),
    ("3 ans minimum", (36, None)),
    ("3 ans minimum dans la vente", (36, None)),
    ("5 years working with Java", (60, None)),
]
NOT_ASKED_ANYWHERE = [
    "a 3 year contract",
    "2-year contract, experience with SQL",
    "30+ years of industry experience",
    "You must be 18 years or older",
    "Must be at least 21 years of age",
    "avoir 18 ans révolus",
    "Être âgé d'au moins 18 ans",
    "CDD de 6 mois",
    "Contrat de 12 mois renouvelable",
    "Stage de 6 mois",
    "Alternance de 24 mois",
    "Mission d'intérim de 3 mois",
    "4-year degree",
    "A four-year college degree and experience",
    "2 years of college",
    "Bac + 3 ans",
    "3 ans d'études supérieures",
    "5 year warranty on all our products",
    "garantie de 2 ans",
    "3 months notice",
    "Période d'essai de 4 mois",
    "préavis de 3 mois",
    "in the last 5 years",
    "within the past 3 years",
    "over the next 2 years",
    "au cours des 3 dernières années",
    "depuis plus de 15 ans",
    "every 2 years",
    "certification within 6 months of hire",
    "paid twice a year",
    "$5,000 a year",
    "salaire sur 13 mois",
    "No experience needed",
    "Débutants acceptés",
    "clearance investigation within the past 5 years",
    "a 6 month internship",
    "Windows 7/8",
    "2 years of residency",
    "5 weeks paid leave after 2 years of service",
]
OF_THE_COMPANY = [
    "We have 30 years of experience",
    "Our company was founded 20 years ago",
    "Experience is welcome",
    "Notre entreprise a 40 ans d'expérience",
    "With over 50 years of experience, TAD has earned a reputation",
    "Forte de 20 ans d'expérience, Acme accompagne ses clients",
    "For over 25 years we have built trains",
    "Duration: 6+ Months Contract",
    "Term: 6 months to start",
    "Our combined 70 years in the software industry",
    "Première expérience appréciée",
    "",
    "our team brings over 15 years of experience",
    "Notre équipe cumule plus de 15 ans d'expérience",
]
FIELDS = [
    ("3 years of experience in a hotel kitchen", "hotel kitchen"),
    ("3 ans d'expérience en cuisine d'hôtel", "cuisine d'hôtel"),
    ("5 years of software development experience", "software development"),
    ("At least 5 years as a nurse", "nurse"),
    ("2 ans d'expérience en tant que comptable", "comptable"),
    ("2 ans d'expérience comme vendeur", "vendeur"),
    ("3 years of experience overseeing a team of engineers", "overseeing a team of engineers"),
    ("3 years of professional experience", None),
    ("3 ans d'expérience professionnelle", None),
    ("3 ans d'expérience sur un poste similaire", None),
    ("at least 2 years in a similar role", None),
    ("5 years of experience with a Master's degree", None),
    ("Expérience de 3 ans en restauration rapide", "restauration rapide"),
    ("Expérience en cuisine de 3 ans minimum", "cuisine"),
    ("Experience in retail (2 years)", "retail"),
    ("3 years of experience in sales is required", "sales"),
    ("3 ans d'expérience dans la vente exigés", "vente"),
    ("5 years of relevant work experience", None),
    ("4 years' experience driving an HGV", "driving an HGV"),
    ("2 years in a call centre", "call centre"),
    ("Vous avez 5 ans d'expérience dans le domaine de la logistique", "logistique"),
    ("5 years in the same field", None),
    ("3 ans dans un poste équivalent", None),
    ("3 ans d'expérience minimum dans le secteur bancaire", "bancaire"),
    ("Minimum 3 ans d'expérience dans la conduite de poids lourds", "conduite de poids lourds"),
    ("10 years of experience in C++", "C++"),
    ("2 years of experience required", None),
    ("3 years of experience or a degree in nursing", None),
    ("1 an d'expérience au même poste", None),
    ("one year of warehouse experience", "warehouse"),
    ("5 years' post-qualification experience in family law", "family law"),
    ("3 ans d'expérience réussie en crèche", "crèche"),
    ("expérience d'au moins 2 ans auprès d'enfants", "enfants"),
    ("Experience: 3 years in plumbing", "plumbing"),
    ("Expérience : 2 ans en boulangerie", "boulangerie"),
]


def ends(sentence, section=None):
    found = find_years(sentence, section)
    for years in found:
        assert sentence[years.evidence.start : years.evidence.end] == years.evidence.text
    return [(years.minimum, years.maximum) for years in found]


@pytest.mark.parametrize(("sentence", "months"), IN_PROSE)
def test_find_years_with_experience_named_reads_both_ends_in_months(sentence, months):
    assert ends(sentence) == [months]


@pytest.mark.parametrize(("sentence", "months"), IN_DEMANDS)
def test_find_years_among_demands_needs_no_word_for_experience(sentence, months):
    assert ends(sentence, "requirements") == [months]


@pytest.mark.parametrize("sentence", NOT_ASKED_ANYWHERE)
def test_find_years_of_contracts_studies_ages_and_benefits_are_none(sentence):
    assert ends(sentence, "requirements") == ends(sentence) == []


@pytest.mark.parametrize("sentence", OF_THE_COMPANY)
def test_find_years_of_the_company_are_none(sentence):
    assert ends(sentence) == []


@pytest.mark.parametrize(
    ("heading", "months"), [("2-4 years", (24, 48)), ("36 mois", (36, None)), ("1 an", (12, None))]
)
def test_find_years_alone_below_a_heading_of_experience(heading, months):
    assert ends(heading, "experience") == [months]


@pytest.mark.parametrize("section", ["company", "application"])
def test_find_years_in_what_a_company_says_of_itself_are_none(section):
    assert ends("10+ years of experience in retail", section) == []


def test_find_years_in_an_offer_count_only_where_they_surely_ask():
    assert ends("5+ years of experience in retail", "offer") == [(60, None)]
    assert ends("a bonus of 5 years of experience", "offer") == []


@pytest.mark.parametrize(("sentence", "where"), FIELDS)
def test_find_years_says_in_what_the_experience_must_lie(sentence, where):
    (years,) = find_years(sentence, "requirements")
    assert (years.where and years.where.text) == where


@pytest.mark.parametrize(
    "sentence",
    [
        "Débutant accepté ou 1 an d'expérience",
        "Expérience souhaitée de 2 ans",
        "5 years of experience or a degree",
        "Bachelor's degree or 5 years of experience",
        "Beginners welcome, 1 year of experience",
        "3 years of experience or equivalent education",
        "Expérience appréciée : 2 ans",
        "Diplôme de cuisine ou 3 ans d'expérience",
        "3 ans d'expérience ou un CAP",
        "Desired experience: 3 years",
        "3 years of experience in lieu of a degree",
        "Entry-level: 1 year of experience",
        "Jeunes diplômés acceptés, sinon 2 ans d'expérience",
        "Preferred experience: 2 years",
        "No experience required, 6 months of experience a plus",
        "A degree, or at least 5 years of experience",
        "BTS ou 2 ans d'expérience",
    ],
)
def test_find_years_with_an_alternative_are_optional(sentence):
    assert find_years(sentence, "requirements")[0].optional


@pytest.mark.parametrize(
    "sentence",
    [
        "Bachelor's degree and 5 years of experience",
        "3 years of experience in sales or marketing",
        "Expérience exigée de 2 ans",
        "BTS et 2 ans d'expérience",
    ],
)
def test_find_years_beside_another_demand_are_not_optional(sentence):
    assert not find_years(sentence, "requirements")[0].optional


def test_find_years_several_in_one_sentence_keep_their_fields():
    found = find_years("5+ years of software testing experience and 2+ years as a test lead", "requirements")
    assert [(years.minimum, years.where and years.where.text) for years in found] == [
        (60, "software testing"),
        (24, "test lead"),
    ]


@pytest.mark.parametrize(
    ("sentence", "firm"),
    [
        ("3+ years of experience", True),
        ("at least 3 years of experience", True),
        ("3 to 5 years of experience", True),
        ("3 years of experience", False),
        ("Up to 3 years of experience", False),
    ],
)
def test_find_years_is_firm_where_the_number_is_a_limit(sentence, firm):
    assert find_years(sentence)[0].firm is firm


def test_find_years_of_nonsense_ends():
    assert find_years("3 years " * 2000 + "experience " * 2000, "requirements")
    assert find_years("1" * 10_000 + " years of experience") == ()
