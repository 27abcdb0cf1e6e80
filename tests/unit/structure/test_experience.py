from datetime import date

import pytest

from jobfit.policy.months import experience_total
from jobfit.reading import read_candidate_text
from jobfit.records import CandidateProfile, Experience, ExperienceTotal, Kind, Stated
from jobfit.structure.experience import explains_dates, latest_title, read_claim, read_experiences
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Titles

TODAY = date(2024, 5, 15)


def read(text: str) -> tuple[tuple[Experience, ...], Stated[ExperienceTotal] | None]:
    read = ReadText(text, Kind.CANDIDATE)
    experiences = read_experiences(Titles(read, None))
    explained = explains_dates(read, experiences)
    profile = CandidateProfile(experiences=experiences, claimed_months=read_claim(read), dates_explained=explained)
    return experiences, experience_total(profile, TODAY)


def titles(text: str) -> list[tuple[str, str | None]]:
    return [(e.title.value if e.title else "", e.start) for e in read(text)[0]]


@pytest.mark.parametrize(
    "entry",
    [
        "2019 - 2021: Sales Manager, Acme",
        "Sales Manager, Acme 2019 - 2021",
        "Acme | Sales Manager | 2019 - 2021",
        "Sales Manager (Acme, 2019 - 2021)",
        "Sales Manager\n2019 - 2021",
        "2019 - 2021\nSales Manager\nAcme",
        "Sales Manager\nAcme, Leeds\n2019 - 2021",
        "Sales Manager at Acme\t\t2019 – 2021",
    ],
)
def test_title_is_found_around_its_dates(entry: str) -> None:
    assert titles(f"Experience\n{entry}\n- sold things\n") == [("Sales Manager", "2019")]


def test_titles_before_their_dates_stay_with_their_dates() -> None:
    text = "Experience\nCook\n2015 - 2017\nWaiter\n2017 - 2019\nBarista\n2019 - 2020\n"
    assert titles(text) == [("Cook", "2015"), ("Waiter", "2017"), ("Barista", "2019")]


def test_titles_after_their_dates_stay_with_their_dates() -> None:
    text = "Experience\n2015 - 2017\nCook\n2017 - 2019\nWaiter\n2019 - 2020\nBarista\n"
    assert titles(text) == [("Cook", "2015"), ("Waiter", "2017"), ("Barista", "2019")]


def test_dates_of_education_are_no_position() -> None:
    assert titles("Education\n2012 - 2016 Teacher training, University of Leeds\n") == []
    assert titles("Ann\n2012 - 2016 Research assistant course, University of Leeds\n") == []


def test_dated_title_without_any_section_is_a_position_but_not_complete() -> None:
    experiences, total = read("Ann Lee\nNurse 01/2019 - 12/2019\n")
    assert [e.title.value for e in experiences] == ["Nurse"]
    assert total is not None and total.value == ExperienceTotal(12)


def test_versions_in_prose_are_no_dates() -> None:
    text = "Experience\n2019 - 2021: Developer\nmoved everything from SharePoint 2010 to 2013 without any trouble\n"
    assert titles(text) == [("Developer", "2019")]


def test_position_without_dates_is_kept_and_makes_the_total_incomplete() -> None:
    experiences, total = read("Experience\n01/2020 - 12/2020: Cook\n- soups\n- stews\n- bread\nWaiter\nCafé Noir\n")
    assert [(e.title.value, e.start, e.end) for e in experiences] == [
        ("Cook", "2020-01", "2020-12"),
        ("Waiter", None, None),
    ]
    assert total is not None and total.value == ExperienceTotal(12, partial=True)


def test_lone_year_makes_the_total_incomplete() -> None:
    _, total = read("Experience\n01/2020 - 12/2020: Cook\n2018: Freelance\n")
    assert total is not None and total.value == ExperienceTotal(12)


@pytest.mark.parametrize(
    ("statement", "months"),
    [
        ("10+ years of experience", 120),
        ("4 years’ experience in Java", 48),
        ("6 years of proven experience", 72),
        ("plus de 10 ans d'expérience", 120),
        ("3 ans d’expérience", 36),
        ("6,5 years of experience", 78),
        ("Experience: 8 years", 96),
        ("more than 5 years development experience", 60),
    ],
)
def test_stated_sum_of_years_is_read_and_not_complete(statement: str, months: int) -> None:
    _, total = read(f"Ann Lee\nI have {statement}.\n")
    assert total is not None
    assert total.value == ExperienceTotal(months)


def test_stated_sum_that_agrees_with_the_dates_leaves_the_dates() -> None:
    _, total = read("Cook, 5 years of experience\nExperience\n01/2015 - 12/2019: Cook\n")
    assert total is not None
    assert total.value == ExperienceTotal(60, at_most=60)
    assert total.evidence.text == "01/2015 - 12/2019: Cook"


@pytest.mark.parametrize(
    "text", ["", "Ann", "a company with history", "Experience\n", "in 20 years experience has shown 0 years"]
)
def test_nothing_stated_is_nothing_read(text: str) -> None:
    experiences, _ = read(text)
    assert experiences == ()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "Experience\nCook at Chez Ana Sep 2019\n",  # a start without an end
        "Skills\nSoups and stews 2012 - 2014\n",  # a column of positions beside the skills
        "Education\nBSc, University of Leeds\n2010 - 2013\nMilan\nRome\nMAR 2014 - MAY 2016 LEGAL ADVISER\nTurin\n",
        "Summary\nSince 2011 I have been a cook in several houses of the town\n",
    ],
)
def test_date_that_nothing_explains_leaves_no_upper_bound(elsewhere: str) -> None:
    _, total = read(f"Ann Lee\n{elsewhere}\nExperience\nBaker\n01/2020 - 12/2020\n")
    assert total is not None and total.value.months >= 12 and total.value.at_most is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        "Education\n2010 - 2013: BSc, University of Leeds\n",
        "Education\nUniversity of Leeds\n2010 - 2013\n",
        "Skills\nWindows Server 2012\n",
        "Certifications\nFirst aid course, 2018\n",
    ],
)
def test_dates_of_studies_and_versions_keep_the_upper_bound(elsewhere: str) -> None:
    _, total = read(f"Ann Lee\n{elsewhere}\nExperience\nBaker\n01/2020 - 12/2020\n")
    assert total is not None and total.value == ExperienceTotal(12, at_most=12)


def test_course_among_the_positions_is_no_work() -> None:
    text = "Experience\n2018 - 2020: Java Developer, Acme\n2016 - 2017: Student in Codeland, Java developer\n"
    experiences, total = read(text)
    assert [e.title.value for e in experiences] == ["Java Developer"]
    assert total is not None and total.value == ExperienceTotal(24, at_most=36)


def test_second_range_in_a_line_is_of_another_column() -> None:
    text = "Experience\nLead Analyst Oct 2018 - Mar 2020 and Computer Science (2011 - 2015)\nAcme\n"
    assert titles(text) == [("Lead Analyst", "2018-10")]


def test_total_quotes_the_longest_position_alone() -> None:
    _, total = read("Experience\n01/2020 - 12/2020: Cook\n- soups\n01/2015 - 12/2018: Waiter\n")
    assert total is not None and total.evidence.text == "01/2015 - 12/2018: Waiter"


def test_title_beside_dates_in_lower_case_gives_way_to_a_role_near_by() -> None:
    text = "Experience\nSenior Developer Achievements, many\nMAR 2020 TO MAY 2021 implementing voice traffic\n"
    assert titles(text) == [("Senior Developer Achievements", "2020-03")]


def test_heading_over_a_position_without_a_title_is_no_title():
    text = "Parcours professionnel\n2022 à 2025\nChez Calaex SAS\nAide aux repas et travail en équipe, chaque jour.\n"
    assert [position.title for position in read(text)[0]] == [None]


@pytest.mark.parametrize(
    "heading",
    [
        "EXTRACURRICULAR ACTIVITY", "Extra-curricular activities", "CERTIFICATIONS & ACTIVITIES", "PERSONAL PROJECTS",
        "Projects", "Side projects", "Hackathons", "VIE ASSOCIATIVE", "ENGAGEMENTS", "Engagement citoyen",
        "Bénévolat et associations", "Volunteering", "Community service", "Clubs and societies", "Student life",
        "Courses and trainings", "Formation continue", "Education details", "Thesis", "Projets tutorés",
        "Military service", "Service civique", "Awards, Honors and Publications", "V O L U N T E E R I N G",
        "=== Activités associatives ===", "III. Leadership", "[ Publications ]", "Vie associative et loisirs :",
    ],
)  # fmt: skip
def test_what_stands_under_another_heading_than_work_is_no_position(heading: str) -> None:
    text = f"Ann\nExperience\nCook\n01/2020 - 12/2020\n\n{heading}\nChess coach, Leeds club\n01/2005 - 12/2019\n"
    assert titles(text) == [("Cook", "2020-01")]
    assert read(text)[1].value.months == 12


@pytest.mark.parametrize(
    "heading",
    [
        "Experience", "EXPERIENCE:", "Relevant Work Experience", "Employment record", "Positions held",
        "Internships", "Company Details", "Expériences", "STAGES ET EMPLOIS", "Expériences professionnelles & stages",
        "W O R K  E X P E R I E N C E", "*** Work history ***", "2. Professional experience", "Parcours et expériences",
        "Historique d’emploi", "Work Experience / Internships",
    ],
)  # fmt: skip
def test_what_stands_under_a_heading_of_work_is_a_position(heading: str) -> None:
    assert titles(f"Ann\n{heading}\nCook\n01/2020 - 12/2020\n\nEducation\n2010 - 2013: BSc\n") == [("Cook", "2020-01")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a date line, then a role with a bullet
        ("2019 - 2021\n• Cook\n2017 - 2019\n• Waiter\n", [("Cook", "2019"), ("Waiter", "2017")]),
        ("2019 à 2021\n- Serveuse\n2017 à 2019\n- Caissière\n", [("Serveuse", "2019"), ("Caissière", "2017")]),
        # a duration behind the dates, as LinkedIn writes it
        ("Acme\nSales Manager\nMarch 2019 - May 2020 (1 year 3 months)\n", [("Sales Manager", "2019-03")]),
        ("Acme\nResponsable des ventes\nmars 2019 - mai 2020 (1 an 3 mois)\n", [("Responsable des ventes", "2019-03")]),
        # what stands beside the dates is no title
        ("GPB 2019 - 2021\nAccountant\n", [("Accountant", "2019")]),
        ("Work: 2019 - 2021\nAccountant, Acme\n", [("Accountant", "2019")]),
        ("Période : 2019 - 2021\nComptable\n", [("Comptable", "2019")]),
        # a year before the title, and the dates below
        ("2019\tNetwork Engineer @ Acme\nTelecoms / 2018\t2019\n", [("Network Engineer", "2018")]),
    ],
)
def test_title_is_neither_a_duration_nor_a_label_nor_of_another_position(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert titles(f"Experience\n{text}") == expected


BOARD = """Education Details
January 2015 Bachelor of Engineering Leeds University
{tail}
Skill Details
SQL- Exprience - 36 monthsCompany Details
company - Blue Shield
description - {said}
company - Acme
description - more of the same
"""


@pytest.mark.parametrize(
    ("tail", "said", "expected"),
    [
        ("ETL Developer\n\nETL Developer - Blue Shield", "Loads tables", [("ETL Developer", None)]),
        ("ETL Developer\n\n\n", "Loads tables", [("ETL Developer", None)]),
        (
            "Data person\n\nData Analyst - Blue Shield",
            "Duration: (Mar 2016 - Sept 2017)",
            [("Data Analyst", "2016-03"), ("", None)],  # and another employer
        ),
        ("Mechanical engineering\n\n\n", "I am a student", []),
        ("Nurse\n\nNurse", "Since JUNE 2014 to MAY 2015 in the ward", [("Nurse", "2014-06"), ("", None)]),
    ],
)
def test_latest_position_of_a_cv_that_a_job_board_wrote_out(tail: str, said: str, expected: list[object]) -> None:
    assert titles(BOARD.format(tail=tail, said=said)) == expected


def test_months_of_a_cv_whose_employers_have_no_dates_are_not_sure() -> None:
    text = BOARD.format(tail="Nurse\n\nNurse", said="Nurse from 01/2016 to 12/2017")
    _, total = read(text)
    assert total is None or not total.sure


@pytest.mark.parametrize(
    ("text", "months"), [("Total experience: 2 years 7 months", 31), ("3 ans et 6 mois d’expérience", 42)]
)
def test_claim_counts_its_months_too(text: str, months: int) -> None:
    _, total = read(f"Ann Lee\n{text}\n")
    assert total is not None and total.value == ExperienceTotal(months)


@pytest.mark.parametrize(
    "line",
    [
        "Volunteer, Red Cross", "Hackathon winner and developer", "Master's thesis: developer tools",
        "Chess club secretary",
        "Military service, driver", "Personal project: game designer", "Bénévole, Croix-Rouge",
        "Service militaire, chauffeur",
        "Mémoire de master : assistant vocal", "Bureau des étudiants, secrétaire", "Étudiante en droit, assistante",
    ],
)  # fmt: skip
def test_dated_line_that_says_it_is_no_work_is_no_position(line: str) -> None:
    assert titles(f"Experience\n01/2020 - 12/2020: Cook\n2005 - 2010: {line}\n") == [("Cook", "2020-01")]


@pytest.mark.parametrize("line", ["Volunteer coordinator", "Waiter, Golf Club", "Social worker", "Project manager"])
def test_work_with_words_of_leisure_is_a_position(line: str) -> None:
    assert titles(f"Experience\n2015 - 2018: {line}\n")[0][1] == "2015"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Role: Java Developer\nDuration: Jan 2015 - Mar 2016\n", ("Java Developer", "2015-01")),
        ("Designation - Operations Manager\nAug'17 - till date\n", ("Operations Manager", "2017-08")),
        ("Acme Ltd. as Sales Executive (March 2016 to May 2017)\n", ("Sales Executive", "2016-03")),
        ("Poste : Comptable\nmars 2016 - mai 2017\n", ("Comptable", "2016-03")),
        ("Acme en tant que Vendeuse, mars 2016 - mai 2017\n", ("Vendeuse", "2016-03")),
        ("Project Title: Real Estate Agent Website\nTester\n2015 - 2017\n", ("Tester", "2015")),
    ],
)
def test_title_behind_a_label_or_an_employer(text: str, expected: tuple[str, str]) -> None:
    assert titles(f"Experience\n{text}") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Experience\n2019 - now: Cook\n2021 - 2022: Waiter\n", "Cook"),
        ("Experience\n2017 - 2019: Cook\n2021 - 2022: Waiter\n", "Waiter"),
        ("Experience\n2017 - 2019: Chez Ana\n", None),
        ("Experience\nCook\n", None),
    ],
)
def test_latest_title_is_that_of_the_position_held_or_the_last_one(text: str, expected: str | None) -> None:
    found = latest_title(read(text)[0])
    assert (found and found.value) == expected


@pytest.mark.parametrize(
    ("lines", "months"),
    [
        ("Acme (7 years 10 months)\nNurse\nBeta\nCarer (2 years)\n", 94 + 24),
        ("Infirmière, CHU (3 ans et 2 mois)\n", 38),
        ("Nurse, Acme · 8 mos\n", 8),
        ("Nurse\n5 yrs\nAcme\n", 60),
        ("Nurse, Acme\n- cut a delay of 3 years to 2 months for all\n", None),
        ("Nurse, Acme\n01/2020 - 12/2020 (1 year)\n", 12),
        ("Nurse, Acme (99 years)\n", None),
    ],
)
def test_durations_count_where_there_are_no_dates(lines: str, months: int | None) -> None:
    _, total = read(f"Ann Lee\nWork history\n{lines}")
    assert (total and total.value.months) == months


@pytest.mark.parametrize(
    "entry",
    [
        "2016 - 2019 Acme Ltd",
        "Acme Ltd (2016 - 2019)",
        "Acme Ltd | 2016 - 2019",
        "Acme Ltd\n2016 - 2019",
        "2016 - 2019\nAcme Ltd",
        "2016 -\n2019 Acme Ltd",
        "2016 - 2019\tRebuilt the payments platform",
        "Entreprise : Acme SARL\nde 2016 à 2019",
        "Groupe Kestrel (2016 - 2019)",
    ],
)
def test_months_of_a_position_whose_title_was_not_read_count_and_are_not_sure(entry: str) -> None:
    experiences, total = read(f"Experience\n{entry}\n")
    assert [(e.title, e.start, e.end) for e in experiences] == [(None, "2016", "2019")]
    assert total is not None
    assert (total.value, total.sure) == (ExperienceTotal(36), False)
    assert latest_title(experiences) is None


@pytest.mark.parametrize(
    "line", ["- No downtime since 2019", "Migrated from Oracle 2016 to 2019", "Sans incident depuis 2019"]
)
def test_dates_in_a_sentence_are_no_position_without_a_title(line: str) -> None:
    assert [e.start for e in read(f"Experience\nCook, 2010 - 2012\n{line}\n")[0]] == ["2010"]


@pytest.mark.parametrize("heading", ["Summary", "Skills", "Formation", "Loisirs", "Projects", "Volunteering"])
def test_dates_without_a_title_outside_the_experience_are_no_position(heading: str) -> None:
    assert read(f"{heading}\n2016 - 2019 Acme Ltd\n")[0] == ()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("September 2019\tSenior Team Manager\ncurrently working", ("Senior Team Manager", "2019-09", None)),
        ("August 2012\tSystem Analyst\nDecember 2017", ("System Analyst", "2012-08", "2017-12")),
        ("04/2011 System Analyst, Project Lead\n08/2012\nTests.", ("System Analyst", "2011-04", "2012-08")),
        ("Mars 2015 : Infirmière, CHU de Lille\nJuin 2018", ("Infirmière", "2015-03", "2018-06")),
        ("Mars 2015 - Vendeuse\nà juin 2018", ("Vendeuse", "2015-03", "2018-06")),
        ("Mars 2015 Vendeuse\naujourd'hui", ("Vendeuse", "2015-03", None)),
        ("Developer - 2019\nAcme", ("Developer", "2019", "2019")),
        ("2019: Developer, Acme", ("Developer", "2019", "2019")),
        ("Vendeuse, Acme (2019)", ("Vendeuse", "2019", "2019")),
        ("Waiter '19", ("Waiter", "2019", "2019")),
        ("Waiter, Acme, summer 2019", ("Waiter", "2019-06", "2019-08")),
        ("Waiter, Acme 15-19", ("Waiter", None, None)),
        ("Waiter, Acme, 2019/3", ("Waiter", None, None)),
        ("Waiter, Acme, May 2019", ("Waiter", "2019-05", "2019-05")),
        ("Cook (from April 2014 to December\n2015), Acme", ("Cook", "2014-04", "2015-12")),
        ("Cuisinier chez Acme (de avril 2014 à décembre\n2015)", ("Cuisinier", "2014-04", "2015-12")),
        ("Cook at Acme (2014 to\n2015)", ("Cook", "2014", "2015")),
    ],
)
def test_dates_in_a_column_or_one_alone_or_broken_across_lines(
    entry: str, expected: tuple[str, str, str | None]
) -> None:
    experiences = read(f"Experience\n{entry}\n")[0]
    assert [(e.title and e.title.value, e.start, e.end) for e in experiences] == [expected]


def test_position_with_one_date_is_one_beside_others_too() -> None:
    text = "Experience\nCook, Acme, 2015 - 2017\nPorter - 2014\nCleaner, Acme, May 2013\nLed a team of porters\n"
    assert titles(text) == [("Cook", "2015"), ("Porter", "2014"), ("Cleaner", "2013-05")]


@pytest.mark.parametrize("entry", ["Developer - 2019", "May 2019\tDeveloper\nMay 2020", "2019: Développeuse"])
def test_one_date_alone_or_in_a_column_is_not_sure(entry: str) -> None:
    total = read(f"Experience\n{entry}\n")[1]
    assert total is not None
    assert not total.sure


@pytest.mark.parametrize("line", ["2019 student of law", "Award 2019: best team", "Rolled out SharePoint 2019"])
def test_one_date_without_the_line_of_a_title_is_no_position(line: str) -> None:
    assert [e for e in read(f"Experience\n{line}\n")[0] if e.start] == []


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5+ years of total experience. 8 years of experience with spreadsheets in two firms.", 60),
        ("Total experience: 4 years\n6 years of experience as a pastry cook", 48),
        ("7 ans d'expérience au total, dont la vente. 9 ans d'expérience en caisse.", 84),
        ("3 years of experience in sales, 6 years of experience in retail", 72),
        ("Years of experience: 9", 108),
        ("Experience (in years): 13+", 156),
        ("Années d'expérience professionnelle : 6", 72),
        ("Nombre d'années d'expérience : 14,5", 174),
    ],
)
def test_read_claim_of_several_is_the_one_said_to_be_of_all(text: str, months: int) -> None:
    claim = read_claim(text)
    assert claim is not None and claim.value == months


@pytest.mark.parametrize(
    ("line", "works"),
    [
        ("Career break (raising two children)  2019 - 2022", False),
        ("Gap year, backpacking in Asia  09/2019 - 07/2020", False),
        ("Unemployed 01/2020 - 05/2020", False),
        ("Family caring responsibilities  05/2017 - 10/2018", False),
        ("Family care worker, City Council  05/2017 - 10/2018", True),
        ("Volunteer cook, soup kitchen, 2012-2014", False),
        ("2010-2012  Volunteer driver, food bank", False),
        ("Volunteer coordinator, City Council, 2012-2014", True),
        ("Self-employed caterer since 2015", True),
        ("Freelance illustrator since March 2015", True),
        ("Sabbatical  Jan 2019 - Dec 2019", False),
        ("Parental leave  03/2019 - 02/2020", False),
        ("Teacher (maternity leave cover), Oak School  09/2019 - 07/2020", True),
        ("Travel agent, Sunway Travel  2019 - 2022", True),
        ("2019-2020 : Année sabbatique (tour du monde)", False),
        ("2019 - 2021 : Congé parental", False),
        ("01/2019 - 06/2019 : Recherche d'emploi", False),
        ("2019 - 2020 : Professeur, remplacement de congé maternité, Lycée Zola", True),
        ("Job seeker adviser, City Council  2019 - 2022", True),
        ("Trainer of unemployed adults, City Council  2019 - 2022", True),
        ("2019 - 2021 : En recherche d'emploi", False),
        ("2019 - 2021 : Conseiller en recherche d'emploi, Mission locale", True),
    ],
)
def test_a_time_without_work_is_no_position(line: str, works: bool) -> None:
    french = " : " in line
    job = "2014 - 2017 : Comptable, Durand SA" if french else "Accountant, Acme Ltd  2014 - 2017"
    head = "Anne Roux\n\nExpérience professionnelle" if french else "Ann Lee\n\nExperience"
    assert len(read(f"{head}\n{line}\n{job}\n")[0]) == 1 + works


@pytest.mark.parametrize(
    "beside",
    [
        "Education\nCollege of Hull, 2009\n",
        "Education\nHistory of art, Hull, 2009\n",
        "Education\nAssociate's degree, Hull Technical School, 2009\n",
        "Education\n2012 - 2013: courses for cooks\n",
        "Summary\nMoved shops to Windows Server 2008 and 2012, and to SharePoint (2010, 2013 and 2019).\n",
        "Formation\nHistoire de l'art, 2009\n",
    ],
)
def test_years_of_studies_and_products_leave_the_months_sure(beside: str) -> None:
    _, total = read(f"Ann Lee\nExperience\nCook, Acme, 01/2015 - 12/2016\nBeta Ltd, 01/2017 - 12/2018\n{beside}")
    assert total is not None
    assert (total.value, total.sure) == (ExperienceTotal(48, 48), True)


@pytest.mark.parametrize(
    "beside",
    [
        "Education\nWaiter, Hull, 2009\n",
        "Education\nAcme Ltd 2009 - 2011\n",
        "Summary\nI was with Acme in 2012 and 2019.\n",
        "Other\nWaiter, 2009\n",
    ],
)
def test_years_that_may_be_of_work_leave_the_months_unsure(beside: str) -> None:
    _, total = read(f"Ann Lee\nExperience\nCook, Acme, 01/2015 - 12/2016\n{beside}")
    assert total is not None
    assert not total.sure


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Zorbify Ltd\tBakery assistant Perm, Russia", "Bakery assistant"),
        ("Zorbify SARL\tChef de rayon Lille, France", "Chef de rayon"),
        ("Zorbify Inc\tStore manager Austin, TX", "Store manager"),
        ("Zorbify Ltd\tHead of Reading, UK", "Head of Reading"),
    ],
)
def test_a_town_behind_a_title_is_no_part_of_it(line, title):
    profile = read_candidate_text(f"Jo Smith\n\nExperience\n{line}\nBaked bread.\n").profile
    assert [held.title.value for held in profile.experiences] == [title]


@pytest.mark.parametrize(
    "said",
    [
        "almost 5 years of experience",
        "less than 5 years' experience",
        "pas tout à fait 5 ans d'expérience",
        "moins de 5 ans d'expérience",
    ],
)
def test_time_that_is_not_quite_reached_is_no_claim_of_it(said):
    assert read_claim(f"Ann Lee\nSummary\nA carer with {said} in care.") is None
    assert read_claim("Ann Lee\nSummary\nA carer with around 5 years of experience in care.").value == 60
