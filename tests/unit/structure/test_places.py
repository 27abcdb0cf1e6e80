import time

import pytest

from jobfit.records import Kind
from jobfit.structure.place_names import normalise_place
from jobfit.structure.places import find_location, find_places
from jobfit.structure.text import ReadText
from jobfit.structure.vacancy import find_required_place, read_vacancy_profile


@pytest.mark.parametrize(
    ("text", "expected", "quote"),
    [
        ("Ann\nLocation: Lyon, France\n", "lyon", "Lyon"),
        ("phone 12\nResidence: Hod-Hasharon", "hod hasharon", "Hod-Hasharon"),
        ("Address: 12 rue de la Paix, 75002 Paris", "paris", "Paris"),
        ("Ville : Saint-Germain-en-Laye", "saint germain en laye", "Saint-Germain-en-Laye"),
        ("Lieu : Londres", "london", "Londres"),
        ("Developer based in Rishon LeZion, Israel", "rishon lezion", "Rishon LeZion"),
        ("Poste basé à Genève", "geneva", "Genève"),
        ("Jean\n69003 Lyon\n", "lyon", "Lyon"),
        ("Jean\nVannes (56)\n", "vannes", "Vannes"),
        ("Ann Lee\nLeeds, United Kingdom", "leeds", "Leeds"),
        ("Ann Lee | Tel Aviv | Developer", "tel aviv", "Tel Aviv"),
        ("Tel-Aviv, Israel  Age: 28 years old", "tel aviv", "Tel-Aviv"),
        ("Residence: Petah-tikva", "petah tikva", "Petah-tikva"),
        ("Location Paris", "paris", "Paris"),
        ("Location: Germany", "germany", "Germany"),
    ],
)
def test_location_stated_is_read(text: str, expected: str, quote: str) -> None:
    place = find_location(text)
    assert place is not None
    assert (place.value, place.evidence.text) == (expected, quote)


@pytest.mark.parametrize(
    "text",
    [
        "Ann\nDeveloper at Paris Saint Germain Handball",
        "Location: \nPhone: 123",
        "Nice to have: Java",
        "based in the cloud",
        "Location: Remote",
        "allocation: Paris",
        "Autonomy\nLocation Hunters",
        "",
    ],
)
def test_location_not_stated_is_none(text: str) -> None:
    assert find_location(text) is None


def test_places_of_two_languages_share_one_value() -> None:
    assert normalise_place("Bruxelles") == normalise_place("Brussels") == "brussels"
    assert normalise_place("TEL-AVIV ") == "tel aviv"
    assert normalise_place("12") == "12"


@pytest.mark.parametrize(
    "line",
    [
        "Operating systems: Windows XP, Vista, 07, Ubuntu",
        "Tools: Chrome, Phoenix, Madison 5",
        "Logiciels : Vista, Office",
    ],
)
def test_towns_among_what_a_label_lists_are_none(line: str) -> None:
    assert find_location(f"Ann Lee\n{line}\nCook\n") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A team in Vermont needs a Clerk.", "vermont"),
        ("Join a hospital in Bavaria.", "bavaria"),
        ("We are growing here in Texas.", "texas"),
        ("Our Oregon team is hiring.", "oregon"),
        ("Une entreprise en Bretagne cherche un comptable.", "bretagne"),
        ("The largest firm in Ohio buys from us.", None),
        ("We won a prize as the best employer in Utah.", None),
        ("We sell in Texas and Ohio.", None),
        ("One of the top ten companies in the United States.", None),
        ("Candidates located in the TRI-STATE AREA only.", None),
        ("Location: Redwood city, CA", "redwood city"),
        ("Location: salt lake City, Utah", "salt lake city"),
        ("Location: SunnyvaleDuration: 6 months", "sunnyvale"),
        ("Location: Fort McMurrayStart: now", "fort mcmurray"),
    ],
)
def test_region_of_a_vacancy_is_told_of_the_work_alone(text: str, expected: str | None) -> None:
    found = find_location(ReadText(f"Clerk\n\n{text}\n\nWe bake bread.", Kind.VACANCY))
    assert (found and found.value) == expected
    assert found is None or found.sure is text.startswith("Location")


def test_places_named_are_listed_once_in_order() -> None:
    text = "Mobilité : Île-de-France, Londres, Lyon ou London; nice"
    assert [(p.value, p.evidence.text) for p in find_places(text)] == [
        ("ile de france", "Île-de-France"),
        ("london", "Londres"),
        ("lyon", "Lyon"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Infirmier – CDI – Bordeaux (33)\n", "bordeaux"),
        ("Maçon\nPoste en CDI\n", None),
        ("Poste basé à Lyon en CDI", "lyon"),
        ("Developer\nlocation Fort Anders\temail\n", "fort anders"),
        ("The location matters to us\n", None),
    ],
)
def test_find_location_beside_a_kind_of_contract(text: str, place: str | None) -> None:
    found = find_location(text)
    assert (found.value if found else None) == place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Business Analyst\nLocation: Waltham, MADuration: Long Term", "waltham"),
        ("SENIOR MECHANICAL ENGINEERLOCATION: WOBURN, MATYPE: DIRECT HIRE", "woburn, massachusetts"),
        ("Security EngineerLocation: Ashburn, VA\nSkills", "ashburn, virginia"),
        ("Selenium Tester\nSalt Lake City , UT & Phoenix , AZ", "salt lake city"),
        ("a Data Scientist for one of our clients in Columbia, MD. Job Overview", "columbia, maryland"),
        ("a technical recruiter in Paris, TX.", "paris, texas"),
        ("opening for Cloud Developer in Montreal, Canada.", "montreal"),
        ("Network Engineer - Quincy MA\nDuties", "quincy, massachusetts"),
        ("our client in Orange County, California", "orange county, california"),
        ("We need a cook in Lyon for our kitchen.", "lyon"),
        ("Salary: 140K Location: Leeds, UK", "leeds"),
        ("Contract: 10 months\nLocation: Washington DC", "washington"),
        ("Vendeur (h/f)\nLieu : Vénissieux (69)\n", "venissieux"),
        ("Technicien - Vénissieux (69)\nEntreprise : société industrielle basée à Lyon.", "venissieux"),
        ("Go developer\nOur client is a firm based in Leeds.", "leeds"),
        ("Go developer, remote first. We ship every day.", None),
        ("Knowledge of Java, C and Paris metro maps", None),
        ("Director, IT Operations, OR equivalent", None),
    ],
)
def test_location_of_a_vacancy(text: str, expected: str | None) -> None:
    found = find_location(ReadText(text, Kind.VACANCY))
    assert (found.value if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected", "sure"),
    [
        ("Phone:**********\tResidence:  Hod-Hasharon \nSkills", "hod hasharon", True),
        ("Email:\tCity of Residence: Ashdod\tDate of birth:", "ashdod", True),
        ("Languages: English\tResidence: Tel Aviv, Israel\n", "tel aviv", True),
        ("Ann Lee\nIsrael, Netanya tel: 12\n", "netanya", False),
        ("Ann Lee\nBirmingham, AL | ann at mail\n", "birmingham, alabama", True),
        ("Ann Lee\nLittle Snoring, United Kingdom\n", "little snoring, united kingdom", False),
        ("Address: Flat No 12, Sea View Road, Sharjah\n", "sharjah", True),
        ("Adresse : 3 rue des Lilas, Villeurbanne\n", "villeurbanne", True),
        ("Ann Lee\nLondon\nNurse", "london", False),
        ("Ann\nB.I.S.S School\nDelhi, Delhi Public School", None, False),
        ("Ann\nJanuary 2015 B.E\nMumbai, Maharashtra Mumbai University", None, False),
        ("Ann\nworked for a company based in Berlin", None, False),
        ("Ann\n" + "x\n" * 900 + "Site Engineer Location: Nallasopara Mumbai", None, False),
        ("Ann\nHPE, Aruba, Juniper and Cisco", None, False),
        ("Ann\nlives on Java Street", None, False),
    ],
)
def test_location_of_a_person(text: str, expected: str | None, sure: bool) -> None:
    found = find_location(ReadText(text, Kind.CANDIDATE))
    assert (found.value if found else None) == expected
    assert found is None or found.sure is sure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Must be based in the UK", "united kingdom"),
        ("Candidates must live in Salt Lake City, UT", "salt lake city"),
        ("must reside in France", "france"),
        ("Local to San Francisco CA only", "san francisco"),
        ("Le candidat doit résider en Île-de-France", "ile de france"),
        ("You must work well in a team", None),
        ("We are based in the UK", None),
    ],
)
def test_place_where_a_candidate_must_be(text: str, expected: str | None) -> None:
    found = find_required_place(text)
    assert (found.value if found else None) == expected


@pytest.mark.parametrize("text", ["A" * 50_000, "Aa, " * 20_000, "Location: " * 5_000, "in " * 30_000, "A-" * 30_000])
def test_nonsense_takes_no_time(text: str) -> None:
    start = time.process_time()
    find_location(ReadText(text, Kind.VACANCY))
    find_location(ReadText(text, Kind.CANDIDATE))
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("text", "value", "sure", "quoted"),
    [
        ("Location: Washington D.C.", "washington", True, "Washington D.C."),
        ("Location: London Ontario", "london, ontario", True, "London Ontario"),
        ("The office is based in Paris Texas", "paris, texas", True, "Paris Texas"),
        ("Location: East London", "east london", True, "East London"),
        ("Location: Boston Spa", "boston", False, "Boston"),
        ("Location: Greater Manchester", "manchester", True, "Greater Manchester"),
        ("Lieu : Nice Côte d'Azur", "nice", False, "Nice"),
        ("Lieu : Orléans-la-Source", "orleans", False, "Orléans"),
        ("Ville : Bruxelles Belgique", "brussels", True, "Bruxelles Belgique"),
        ("Lieu : Lyon, temps plein", "lyon", True, "Lyon"),
    ],
)
def test_find_location_with_a_name_that_goes_on_reads_all_of_it_or_is_not_sure(
    text: str, value: str, sure: bool, quoted: str
) -> None:
    found = find_location(ReadText(f"{text}\nWe bake bread.", Kind.VACANCY))
    assert found is not None
    assert (found.value, found.sure, found.evidence.text) == (value, sure, quoted)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Washington D.C.", "washington"),
        ("Bruxelles Belgique", "brussels"),
        ("Fort Washington", "fort washington"),
        ("Tel-Aviv Area, Israel", "tel aviv"),
        ("Paris Area, France", "paris"),
        ("Bengaluru Area, India", normalise_place("Bengaluru, India")),
        ("Greater Boston Area", "boston"),
        ("Greater London", "london"),
        ("Lyon et périphérie", "lyon"),
        ("Central Falls", "central falls"),
        ("Bay Area", "bay area"),
        ("New Mexico", "new mexico"),
    ],
)
def test_normalise_place_without_comma_knows_the_area_behind_a_town(name: str, value: str) -> None:
    assert normalise_place(name) == value


def test_find_location_after_an_abbreviation_leaves_the_next_sentence() -> None:
    found = find_location(ReadText("Cook\nThe role is based in Washington D.C. We bake bread.", Kind.VACANCY))
    assert found is not None
    assert (found.value, found.evidence.text) == ("washington", "Washington D.C.")


@pytest.mark.parametrize(
    "text",
    [
        "DevOps Lead\nA growing company headquartered in Albany, NY is looking for a driven professional.",
        "Clerk\nA bank with its head office in Albany, NY.",
        "Cook\nBased in Leeds, we are a care provider.",
        "Comptable\nBasée à Rennes, nous accompagnons les artisans.",
    ],
)
def test_place_of_the_employer_is_not_surely_that_of_the_work(text):
    place = read_vacancy_profile(text, None).location
    assert place and not place.sure


@pytest.mark.parametrize(
    "text",
    [
        "Cook\nABC Ltd\nAlbany, NY",
        "Cook\nWe are growing.\nThe position is based in Leeds.",
        "Cook - Albany, NY",
    ],
)
def test_place_of_the_work_is_sure(text):
    place = read_vacancy_profile(text, None).location
    assert place and place.sure


@pytest.mark.parametrize("said", ["Various", "Client site", "Hexley District General Hospital", "Field based"])
def test_a_labelled_place_of_which_nothing_is_known_is_not_sure(said):
    place = read_vacancy_profile(f"Nurse\nLocation: {said}\n", None).location
    assert place is None or not place.sure
    assert read_vacancy_profile("Nurse\nLocation: Leeds\n", None).location.sure
