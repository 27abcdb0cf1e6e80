"""Kinds of statements in CVs of all trades: dates, claims, labels, places, levels, headlines, rated lists."""

from datetime import date

import pytest

from jobfit.policy.months import experience_total
from jobfit.reading import read_candidate_text
from jobfit.records import CandidateProfile, EducationLevel


def read(text: str) -> CandidateProfile:
    return read_candidate_text(f"Robin Vale\n{text}\n").profile


def held(text: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(each.title.value if each.title else None, each.start, each.end) for each in read(text).experiences]


EXPORTED = """Education Details
B.Com Leeds University
{headline}


Skill Details
{skills}Company Details
company - Acme
description - {told}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Worked with Acme Stores As Floor Manager. (3rd May 2014 to till 9th June 2016)", "Floor Manager"),
        ("Working as Executive (Stores) at Acme Paints from May 2014 to June 2016.", "Executive"),
        ("En tant que Chef de rang, Acme, mai 2014 - juin 2016", "Chef de rang"),
    ],
)
def test_a_position_told_in_a_line_has_its_title_and_dates(line: str, expected: str) -> None:
    assert held(f"Experience\n{line}") == [(expected, "2014-05", "2016-06")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Worked as a dental nurse in two clinics", "dental nurse"),
        ("3 years experience as a Site Engineer", "Site Engineer"),
        ("GREENFIELD MARKET AS A COUNTER HELP FOR 2 YEARS", "COUNTER HELP"),
        ("Position: Quantity Surveyor.", "Quantity Surveyor"),
        ("Role Network Engineer", "Network Engineer"),
        ("J'ai travaillé comme aide-soignante en clinique", "aide-soignante"),
        ("Poste : Chef de rang.", "Chef de rang"),
    ],
)
def test_a_position_without_dates_is_told_or_labelled(line: str, expected: str) -> None:
    assert held(f"Experience\n{line}") == [(expected, None, None)]


@pytest.mark.parametrize(
    "line", ["Role: I was leading the offshore team", "Reporting to: Plant Manager", "Known as a quiet place for work"]
)
def test_other_words_with_a_role_are_no_position(line: str) -> None:
    assert not held(f"Experience\n{line}")


def test_what_is_told_of_a_position_is_no_second_one() -> None:
    assert len(held("Experience\nNurse, Elm Clinic, 2015 - 2019\nWorked as a nurse with two doctors")) == 1


@pytest.mark.parametrize("end", ["Still", "still ongoing", "Still on going"])
def test_a_position_goes_on_still(end: str) -> None:
    [position] = read(f"Experience\nNurse, Elm Clinic\nMarch 2016 to {end}").experiences
    assert (position.start, position.end, position.current) == ("2016-03", None, True)


@pytest.mark.parametrize(
    ("latest", "title"),
    [
        ("Admin at Acme", "Admin"),
        ("Site and Facilities Management", "Site and Facilities Management"),
        ("PMO", "PMO"),
    ],
)
def test_the_latest_position_of_an_exported_cv_may_be_a_field(latest: str, title: str) -> None:
    text = EXPORTED.format(headline=latest, skills="", told="Pumps").replace("Education", "Swimming. Education", 1)
    for below in ("\n\n\n", "\n\nHaving worked in projects. Keen on reports.\n"):
        assert held(text.replace("\n\n\n", below)) == [(title, None, None)]


def test_a_line_under_an_employer_of_an_exported_cv_is_its_title() -> None:
    assert ("Site engineer", None, None) in held(EXPORTED.format(headline="Fitter", skills="", told="Site engineer"))


def test_dates_in_a_line_of_the_employer_belong_to_the_label_below() -> None:
    text = EXPORTED.format(
        headline="Clerk", skills="", told="Acme Ltd) May 2014 to June 2016\n\nDesignation: Head Clerk"
    )
    assert ("Head Clerk", "2014-05", "2016-06") in held(text)


@pytest.mark.parametrize(
    ("line", "months"),
    [
        ("For the past 6 years I have worked as a welder.", 72),
        ("I have worked as a pastry cook for 9 years.", 108),
        ("Over the last 4 years, working in two clinics.", 48),
        ("Around 12 plus years' proven experience in tanneries", 144),
        ("Couvreur, depuis 15 ans dans le bâtiment", 180),
        ("J'exerce depuis 8 ans", 96),
        ("I was ill for the past 3 years", None),
        ("Marié depuis 15 ans", None),
    ],
)
def test_years_of_work_are_claimed_in_more_words(line: str, months: int | None) -> None:
    claim = read(f"Welder\n\nSummary\n{line}").claimed_months
    assert (claim.value if claim else None) == months


def test_languages_and_place_stand_in_personal_details_at_the_end() -> None:
    told = "Kept the registers and met the families of the home.\n" * 130
    text = f"Warden\n\nExperience\n2012 - 2016 Warden, Acme\n{told}\nPERSONAL DETAIL\n"
    text += "Linguistic Ability: English and Tamil\n"
    profile = read(f"{text}Location: Leeds, UK\nStatus: married")
    assert {item.value.code for item in profile.languages} == {"en", "ta"}
    assert profile.location is not None and profile.location.value == "leeds"
    assert read(f"{text}Preferred location: Leeds, UK").location is None


@pytest.mark.parametrize("name", ["PG Diploma", "Post Graduate Diploma", "PGDip", "Postgraduate Certificate", "PGCE"])
def test_a_diploma_behind_the_first_degree_is_no_masters(name: str) -> None:
    for line in (f"2014 {name} in Nursing, Acme University", f"2010 B.Sc, Acme College\n2014 {name} in Law"):
        education = read(f"Education\n{line}").education
        assert education is not None and education.value is EducationLevel.BACHELOR
    alone = read(f"Education\n2014 {name} in Nursing, Acme University").education
    assert alone is not None and not alone.sure


@pytest.mark.parametrize("headline", ["HR", "Site Engineer (Civil)", "Store Incharge", "Telecaller"])
def test_the_headline_of_an_exported_cv_is_the_title(headline: str) -> None:
    profile = read(EXPORTED.format(headline=headline, skills="Typing- Exprience - 6 months", told="filing"))
    assert profile.title is not None and headline.startswith(profile.title.value)


def test_what_an_exported_cv_rates_by_months_is_a_skill_whatever_its_words() -> None:
    skills = "DOCUMENTATION- Exprience - 30 months\nAccounting, Vat- Experience - 6 months\nCash- Exprience - 6 months"
    profile = read(EXPORTED.format(headline="Cashier", skills=skills, told="tills"))
    values = {item.value for item in profile.skills}
    assert "text:accounting" in values
    assert "text:documentation" not in values  # says nothing
    assert [section.kind for section in profile.sections] == ["education", "skills", "experience"]


def test_other_sides_of_a_project_and_a_power_of_attorney_are_no_positions() -> None:
    project = "Project: Quay wall\nClient: Port of Acme\nMain Contractor: Bolt and Sons\nConsultant: Lee and Wu\n"
    assert held(f"Experience\nCivil Engineer, Acme, 2012 - 2016\n\n{project}") == [("Civil Engineer", "2012", "2016")]
    assert held("Experience\n2012 - 2016\nConsultant: Acme Ltd\nI advised banks") == [("Consultant", "2012", "2016")]
    assert not held("Experience\nNotices to tenants,\nPower of Attorney\nBonds")


def test_a_position_is_labelled_some_lines_below_its_dates() -> None:
    told = (
        "2014 - 2017\nAbout the company\nA chain of bakeries in the north\nPosition: Stock Controller\nCounts, orders"
    )
    assert held(f"Experience\nBakers Ltd {told}") == [("Stock Controller", "2014", "2017")]


@pytest.mark.parametrize(
    ("line", "skill"),
    [
        ("Set up Cisco Unity Express, CallManager and routers", "express-js"),
        ("Duties at HPC Ltd: filing, typing and post", "high-performance-computing"),
        ("A tally of the sheep is kept daily", "tally-erp"),
    ],
)
def test_a_part_of_another_name_is_no_skill(line: str, skill: str) -> None:
    assert skill not in {item.value for item in read(f"Experience\n2012 - 2016 Clerk, Acme\n{line}").skills}


def test_the_label_of_a_list_is_shown_by_what_it_lists() -> None:
    profile = read("Skills\nVersion control: Git, Maven\nJava: Spring")
    named = {item.value for item in profile.skills_by_name}
    assert "version-control" not in named and {"git", "java"} <= named
    assert "version-control" in {item.value for item in profile.skills}


@pytest.mark.parametrize(
    ("line", "certificate"),
    [
        ("Passed the All India Bar Examination (AIBE) in 2013", "aibe"),
        ("NISM Series VIII certification", "nism"),
        ("ACE certified personal trainer", "fitness-instructor"),
        ("ASNT Level II in ultrasonic testing", "asnt-ndt"),
        ("TUV Rheinland certified in instrumentation", "tuv"),
        ("Called to the Bar in 2011", "bar-admission"),
    ],
)
def test_papers_of_more_trades_are_certificates(line: str, certificate: str) -> None:
    assert certificate in {item.value for item in read(f"Certificates\n{line}").certificates}


@pytest.mark.parametrize(
    ("line", "certificate"),
    [
        ("Certified Course in Beekeeping from Hill Academy", "text:certified course in beekeeping"),
        ("Woodturning (Certificate Course)", "text:woodturning (certificate course)"),
        ("Completed 3 months course in stone carving.", "text:course in stone carving"),
        ("Certified Aqua Instructor", "text:certified aqua instructor"),
        ("I am 1st dan black belt in judo", "text:1st dan black belt in judo"),
        ("Beekeeping Certification (Hull)", "text:beekeeping certification"),
        ("Formation certifiante en apiculture, Lyon", "text:formation certifiante en apiculture"),
    ],
)
def test_certificates_in_free_words_are_read(line: str, certificate: str) -> None:
    for text in (f"Certificates\n{line}", f"Clerk\n\nSummary\n- {line}"):
        assert certificate in {item.value for item in read(text).certificates}


@pytest.mark.parametrize(
    "line",
    [
        "Checked certificates, calibration and test results",
        "Certificate for outstanding participation",
        "Secondary School Certificate, Hill School",
        "Got all certificates for the plant",
        "Worked for an ISO 9001 certified company",
    ],
)
def test_papers_of_goods_schools_and_firms_are_no_certificates(line: str) -> None:
    assert not [item for item in read(f"Experience\n{line}").certificates if item.value.startswith("text:")]


@pytest.mark.parametrize(
    "name", ["Advanced Diploma in Catering", "Diploma in Mining Engineering", "Polytechnic Diploma"]
)
def test_a_diploma_above_school_is_read_and_not_sure(name: str) -> None:
    education = read(f"Education\n2014 {name}, Hill College").education
    assert education is not None
    assert (education.value, education.sure) == (EducationLevel.SHORT_CYCLE, False)


def test_employers_without_dates_leave_a_total_that_is_at_least() -> None:
    told = "Acme Ltd) May 2014 to June 2016\n\nDesignation: Clerk\ncompany - Mill Ltd\ndescription - tills"
    profile = read(EXPORTED.format(headline="Clerk", skills="", told=told))
    assert [(each.start, each.evidence.text) for each in profile.experiences if not each.title] == [
        (None, "company - Mill Ltd")
    ]
    total = experience_total(profile, date(2026, 1, 1))
    assert total is not None
    assert (total.value.months, total.value.partial, total.sure) == (26, True, False)


@pytest.mark.parametrize(
    "said",
    [
        "Not looking for night shifts.",
        "I cannot work night shifts.",
        "Avoid night shifts.",
        "Je ne recherche pas de travail de nuit.",
        "Je refuse le travail de nuit.",
    ],
)
def test_conditions_that_a_person_does_not_want_are_no_wish(said: str) -> None:
    assert not read(f"Nurse\nSummary\n{said}").conditions
    assert [each.value for each in read("Nurse\nSummary\nLooking for night shifts.").conditions] == ["night_shift"]


@pytest.mark.parametrize("title", ["HGV 1 driver", "Line 2 operator", "Tier 2 support engineer", "Technicien niveau 3"])
def test_a_rank_stays_in_its_title(title: str) -> None:
    assert held(f"Work experience\n2016 - 2018 {title}, Acme") == [(title, "2016", "2018")]


@pytest.mark.parametrize(
    ("said", "still"), [("ADR lapsed 2022.", False), ("ADR périmé depuis 2022", False), ("ADR", True)]
)
def test_what_has_expired_is_unknown(said: str, still: bool) -> None:
    assert bool(read(f"Driver\nSkills\n{said}").skills) is still


def test_an_expired_licence_with_its_category_is_not_held() -> None:
    assert not read("Cariste\nCACES 3 expiré").licences
    assert read("Cariste\nCACES 3 valable jusqu'en 2030").licences
