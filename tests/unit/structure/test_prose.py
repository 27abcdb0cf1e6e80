"""Positions told in sentences, and texts whose lines a PDF mixed up."""

import pytest

from jobfit.records import Experience, Kind
from jobfit.structure.experience import explains_dates, read_experiences
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Titles

Told = tuple[str | None, str | None, str | None]


def read(text: str) -> tuple[Experience, ...]:
    return read_experiences(Titles(ReadText(text, Kind.CANDIDATE), None))


def told(text: str) -> list[Told]:
    return [(e.title.value if e.title else None, e.start, e.end) for e in read(text)]


@pytest.mark.parametrize(
    ("sentence", "positions"),
    [
        (
            "I worked as a welder from May 2008 to July 2014. Then I was a crane operator, 08/2014 to 12/2020.",
            [("welder", "2008-05", "2014-07"), ("crane operator", "2014-08", "2020-12")],
        ),
        (
            "I worked as a cashier from 2010 to 2012 and I have been shop manager since 2013.",
            [("cashier", "2010", "2012"), ("shop manager", "2013", None)],
        ),
        ("Between 2009 and 2015 I was employed by Fiat as a test engineer.", [("test engineer", "2009", "2015")]),
        ("From March 2011 I worked at Aviva as an actuary until June 2013.", [("actuary", "2011-03", "2013-06")]),
        ("I joined Acme in 2012 as a buyer and stayed until 2016.", [("buyer", "2012", "2016")]),
        ("Working at Skanska since June 2014 to May 2015. As a foreman.", [("foreman", "2014-06", "2015-05")]),
        (
            "J'ai travaillé comme soudeur de mai 2008 à juillet 2014. Depuis août 2014, je suis chef d'atelier.",
            [("soudeur", "2008-05", "2014-07"), ("chef d'atelier", "2014-08", None)],
        ),
        (
            "De 2009 à 2013, j'ai été vendeuse, puis ai exercé les fonctions de gestionnaire de stock de 2013 à 2018.",
            [("vendeuse", "2009", "2013"), ("gestionnaire de stock", "2013", "2018")],
        ),
        ("Entrée en mars 2011 chez Axa comme juriste, reste jusqu'en juin 2013.", [("juriste", "2011-03", "2013-06")]),
        ("I worked for the Crown Estate from 2011 to 2014.", [(None, "2011", "2014")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", ["Experience", "About me"])
def test_position_told_in_a_sentence_is_read_wherever_it_stands(
    heading: str, sentence: str, positions: list[Told]
) -> None:
    assert told(f"Ann Lee\n{heading}\n{sentence}\nSkills\nExcel\n") == positions


@pytest.mark.parametrize(
    "sentence",
    [
        "I volunteered as a coach for the swimming team from 2012 to 2015.",
        "J'ai été trésorier bénévole de mon quartier de 2012 à 2015.",
        "I studied to be a nurse from 2012 to 2015.",
        "I would like to work as a nurse from 2030 to 2035.",
        "I moved our files from SharePoint 2010 to 2019 with a consultant.",
    ],
)
def test_sentence_that_tells_of_no_work_is_no_position(sentence: str) -> None:
    assert told(f"Ann Lee\nAbout me\n{sentence}\nSkills\nExcel\n") == []


def test_work_told_in_sentences_may_not_be_all_there_was() -> None:
    text = ReadText("Ann\nExperience\nI worked as a cook from 2015 to 2019.\nSkills\nExcel\n", Kind.CANDIDATE)
    experiences = read_experiences(Titles(text, None))
    assert len(experiences) == 1
    assert not explains_dates(text, experiences)


def test_second_time_in_the_line_of_a_position_leaves_the_total_open() -> None:
    line = "Buyer, Acme 01/2015 - 12/2018"
    for extra, explained in (("", True), (", at Bolt from spring to winter 2013", False)):
        text = ReadText(f"Ann\nExperience\n{line}{extra}\nSkills\nExcel\n", Kind.CANDIDATE)
        assert explains_dates(text, read_experiences(Titles(text, None))) is explained


def test_positions_beside_another_column_go_on_under_its_labels() -> None:
    text = (
        "Sam Roe\nExperience Skills\nLanguages:\nQA Engineer\nPython, Go,\nAcme Systems\nRust\nNov 2019 - Mar 2021\n"
        "Technologies:\nwrote tests for the payments team\nOther:\nPayroll Clerk Jira,\nBolt\nSQL\nMay 2016 - Oct 2018"
        "\nkept the books\nJun 2012 - Jun 2015\n"
    )
    assert told(text) == [("QA Engineer", "2019-11", "2021-03"), ("Payroll Clerk Jira", "2016-05", "2018-10")]


def test_headings_without_their_ligatures_are_headings() -> None:
    text = "Sam\nExperience\nCook, Acme 2015 - 2019\nEducaon\nNaonal College\n2011 - 2015\nCerficaons\n2016 - 2017\n"
    assert told(text) == [("Cook", "2015", "2019")]


def test_month_and_year_that_a_column_tore_apart_are_one_date() -> None:
    text = "Sam\nExperience\nDecember 2017 Senior Cook, Chef\nSeptember\nRan the station kitchen.\n2019\nSkills\n"
    assert told(text) == [("Senior Cook", "2017-12", "2019-09")]


@pytest.mark.parametrize(
    "heading",
    [
        "Volunteering & interests",
        "LIFE OUTSIDE WORK",
        "Giving back",
        "Mes loisirs et voyages",
        "Hors travail",
        "Bénévolat",
    ],
)
def test_heading_of_free_time_that_no_list_has_ends_the_positions(heading: str) -> None:
    text = f"Sam\nExperience\nCook, Ritz, 2015 - 2018\n\n{heading}\nCoach, Leeds Rowing, 2010 - 2014\n\nSkills\nExcel\n"
    assert told(text) == [("Cook", "2015", "2018")]


def test_line_alone_above_a_later_position_may_be_a_heading_and_leaves_the_total_open() -> None:
    one, other = "Cook, Ritz, 2015 - 2018\n", "Gardener, Kew, 2010 - 2014\n"
    for between, above, explained in (("", "", True), ("MY GARDEN\n", "", False), ("Kew Ltd\n", "Ritz Ltd\n", True)):
        lines = f"Sam\nExperience\n\n{above}{one}\n{between}{other}\nSkills\nExcel\n"
        text = ReadText(lines, Kind.CANDIDATE)
        assert explains_dates(text, read_experiences(Titles(text, None))) is explained


UNBROKEN = {
    "en": (
        "Leeds, UK\tEducation BSc in Physics 2001 - 2004. Summary A baker who builds teams. "
        + "Bakes bread and cakes for shops and markets in the north. " * 20
        + "Experience Head baker\t2015 - 2019 Greggs Baked for forty shops. Trained the night shift. "
        + "Pastry cook\t2010 - 2014 Betts Made pies and tarts. Cleaned ovens.",
        [("Head baker", "2015", "2019"), ("Pastry cook", "2010", "2014")],
    ),
    "fr": (
        "Lyon\tFormation Licence de physique 2001 - 2004. Profil Une boulangère qui forme. "
        + "Fait le pain et les gâteaux des marchés de la région. " * 20
        + "Expérience Cheffe boulangère\t2015 - 2019 Paul A cuit le pain de dix magasins. A formé la nuit. "
        + "Vendeuse\t2010 - 2014 Betti A vendu des tartes. A tenu la caisse.",
        [("Cheffe boulangère", "2015", "2019"), ("Vendeuse", "2010", "2014")],
    ),
}


@pytest.mark.parametrize("language", UNBROKEN)
def test_positions_of_a_text_without_line_breaks_are_read(language: str) -> None:
    text, positions = UNBROKEN[language]
    assert sorted(told(text), key=lambda p: str(p[1]), reverse=True) == positions


@pytest.mark.parametrize("word", ["Experience", "Education", "Skills"])
def test_word_for_a_heading_within_a_sentence_of_a_long_line_opens_no_section(word: str) -> None:
    text = f"We value {word} Reports and say so. " * 40
    assert [section.kind for section in ReadText(text, Kind.CANDIDATE).sections] == ["header"]
