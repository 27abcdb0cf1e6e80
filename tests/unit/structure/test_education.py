import pytest

from jobfit.records import EducationLevel
from jobfit.records import EducationLevel as Level
from jobfit.structure.education import find_levels, highest_level, read_education


def levels(text: str) -> list[Level]:
    return [s.value for s in find_levels(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PhD in Chemistry", Level.DOCTORATE),
        ("Ph.D., University of Leeds", Level.DOCTORATE),
        ("Doctorat en biologie", Level.DOCTORATE),
        ("MSc in Data Science", Level.MASTER),
        ("M.Sc. Physics", Level.MASTER),
        ("Master's degree in Computer Science", Level.MASTER),
        ("Masters Degree, Economics", Level.MASTER),
        ("Master of Science", Level.MASTER),
        ("Executive MBA", Level.MASTER),
        ("Diplôme d’ingénieur, INSA Lyon", Level.MASTER),
        ("Bac+5", Level.MASTER),
        ("BAC + 5 en finance", Level.MASTER),
        ("Master informatique", Level.MASTER),
        ("Master 2 Marketing", Level.MASTER),
        ("2015: Master, Université de Lille", Level.MASTER),
        ("MS in Electrical Engineering", Level.MASTER),
        ("Bachelor's degree", Level.BACHELOR),
        ("Bachelor of Arts", Level.BACHELOR),
        ("BSc (Hons) Nursing", Level.BACHELOR),
        ("B.A. History", Level.BACHELOR),
        ("BA in History", Level.BACHELOR),
        ("Licence professionnelle commerce", Level.BACHELOR),
        ("Licence d'anglais", Level.BACHELOR),
        ("2012 Licence, Université Paris 8", Level.BACHELOR),
        ("Bac+3 minimum", Level.BACHELOR),
        ("niveau Bac+4/5", Level.BACHELOR),
        ("BUT informatique", Level.BACHELOR),
        ("BTS comptabilité et gestion", Level.SHORT_CYCLE),
        ("DUT GEA", Level.SHORT_CYCLE),
        ("HND in Engineering", Level.SHORT_CYCLE),
        ("Associate's degree", Level.SHORT_CYCLE),
        ("Bac +2", Level.SHORT_CYCLE),
        ("Baccalauréat scientifique", Level.UPPER_SECONDARY),
        ("Bac pro cuisine", Level.UPPER_SECONDARY),
        ("3 A-levels", Level.UPPER_SECONDARY),
        ("High school diploma", Level.UPPER_SECONDARY),
        ("CAP cuisine", Level.SECONDARY_VOCATIONAL),
        ("BEP vente", Level.SECONDARY_VOCATIONAL),
    ],
)
def test_levels_stated_diploma_is_read(text: str, expected: Level) -> None:
    assert levels(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Certified Scrum Master since 2019",
        "master data management",
        "Bachelor Party organiser, 2019",
        "clean driving licence",
        "licence de conduire",
        "software licence audits, MIT licence",
        "licence open source, 2019",
        "BA (business analyst) with stakeholders",
        "worked as a BA in the bank",
        "MS Office, MS SQL",
        "bac à sable, bacon, feedback",
        "Degree",
        "Web Master, 2015-2019",
        "mastered in-house tools; masters the art of sales",
        "PhD student",
        "Doctorant en physique",
        "unfinished Bachelor's degree",
        "Master 2 en cours",
        "cap on spending, CAP theorem",
        "a level of detail",
        "but informatique",
        "a.master@example.org",
        "",
    ],
)
def test_levels_other_meanings_are_no_diploma(text: str) -> None:
    assert levels(text) == []


def test_levels_several_come_in_the_order_of_the_text() -> None:
    text = "De Bac +2 à Bac +5. BTS puis Licence pro."
    assert levels(text) == [Level.SHORT_CYCLE, Level.MASTER, Level.SHORT_CYCLE, Level.BACHELOR]
    assert [s.evidence.text for s in find_levels(text)] == ["Bac +2", "Bac +5", "BTS", "Licence pro"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Diplôme d'État d'infirmier, IFSI de Lille", EducationLevel.BACHELOR),
        ("Diplôme d’État d’infirmière", EducationLevel.BACHELOR),
        ("HS diploma or GED", EducationLevel.UPPER_SECONDARY),
        ("BA, Anders Institute, 2021", EducationLevel.BACHELOR),
        ("Bac, Lycée professionnel Anders, 2021", EducationLevel.UPPER_SECONDARY),
        ("Specialist's degree in physics", EducationLevel.MASTER),
    ],
)
def test_find_levels_of_diplomas_with_names_of_their_own(text: str, level: EducationLevel) -> None:
    assert find_levels(text)[0].value == level


def test_find_levels_occupation_in_a_title_is_no_diploma() -> None:
    assert find_levels("Infirmière diplômée d'État, Hôpital Anders (2017 - 2018)") == ()


def test_highest_level_below_an_unread_degree_is_unknown() -> None:
    text = "Education\nHigh school diploma, Leeds\n" + "Evening classes in drawing.\n" * 5
    level = highest_level(text)
    assert level is not None and level.value is EducationLevel.UPPER_SECONDARY
    text += "University of Leeds, Civil works 2010\n"
    assert highest_level(text) is None


def test_highest_level_of_no_text_is_none() -> None:
    assert highest_level("") is None


def cv(*lines: str) -> str:
    return "\n".join(("Sam Lee", "", "Education", *lines, ""))


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("B.S. in Computer Science, Ohio State University, 2014", Level.BACHELOR),
        ("BS Biology, Texas A&M, 2010", Level.BACHELOR),
        ("BA, History, 2011", Level.BACHELOR),
        ("2009 - 2013 B.Tech, Mechanical Engineering", Level.BACHELOR),
        ("B.E. Electronics, Pune University", Level.BACHELOR),
        ("June 2016 BE Civil Engineering Nagpur", Level.BACHELOR),
        ("B.Com, Mumbai University, 2008", Level.BACHELOR),
        ("BCA, Nagpur University", Level.BACHELOR),
        ("BBA, Marketing", Level.BACHELOR),
        ("LL.B., University of Leeds", Level.BACHELOR),
        ("MA (Hons) History, University of Edinburgh", Level.BACHELOR),
        ("Bachelor in Hospitality Management, 2015", Level.BACHELOR),
        ("M.S. Nutrition, Columbia University, 2018", Level.MASTER),
        ("MS, Data Science, 2019", Level.MASTER),
        ("M.Tech Computer Engineering, Jaipur", Level.MASTER),
        ("MCA, Pune University", Level.MASTER),
        ("M.F.A painting, Nagpur University", Level.MASTER),
        ("M.Phil. in Economics, 2012", Level.MASTER),
        ("LLM, Criminology", Level.MASTER),
        ("Diplom-Ingenieur Maschinenbau, TU Dresden", Level.MASTER),
        ("Dipl.-Ing. Elektrotechnik, RWTH Aachen", Level.MASTER),
        ("Engineer's degree, South Ural State University", Level.MASTER),
        ("Master of mathematics, Plekhanov University, 2004", Level.MASTER),
        ("Postgraduate diploma in law, 2010", Level.BACHELOR),
        ("Ingénieur INSA Lyon, 2012", Level.MASTER),
        ("Diplôme d'ingénieur, École centrale de Nantes", Level.MASTER),
        ("Master 2 Droit des affaires, Université de Lille", Level.MASTER),
        ("DPhil in Physics, Oxford", Level.DOCTORATE),
        ("Doctor of Medicine, 2015", Level.DOCTORATE),
        ("Licence 3 Psychologie, Université de Nantes", Level.BACHELOR),
        ("Graduate diploma in accounting", Level.BACHELOR),
        ("H.S.C., Maharashtra Board, 2006", Level.UPPER_SECONDARY),
        ("S.S.C., Maharashtra Board, 2004", Level.SECONDARY_VOCATIONAL),
    ],
)
def test_highest_level_of_a_line_of_education(line: str, level: Level) -> None:
    found = (
        highest_level(cv(line, "High School Diploma, 2008"))
        if level > Level.UPPER_SECONDARY
        else highest_level(cv(line))
    )
    assert found is not None and found.value is level


@pytest.mark.parametrize(
    ("lines", "held", "studying"),
    [
        (("MSc Physics, University of Leeds, in progress", "BSc Physics, 2019"), Level.BACHELOR, Level.MASTER),
        (("Pursuing an MBA at Leeds University", "B.A. History, 2012"), Level.BACHELOR, Level.MASTER),
        (("PhD candidate, University of York", "MSc Biology, 2018"), Level.MASTER, Level.DOCTORATE),
        (
            ("2023 - present: Bachelor of Science, Ohio State University", "High school diploma"),
            Level.UPPER_SECONDARY,
            Level.BACHELOR,
        ),
        (("Master's degree, University of Bath (expected 2027)", "BSc, 2024"), Level.BACHELOR, Level.MASTER),
        (
            ("Licence de droit en cours, Université de Lille", "Baccalauréat général, 2021"),
            Level.UPPER_SECONDARY,
            Level.BACHELOR,
        ),
        (("BTS comptabilité, obtention prévue en 2027", "Bac pro commerce"), Level.UPPER_SECONDARY, Level.SHORT_CYCLE),
        (("Doctorant en physique", "Master 2 Physique, Université de Nantes"), Level.MASTER, None),
        (
            ("Master 2 Marketing, depuis septembre 2025", "Licence professionnelle commerce"),
            Level.BACHELOR,
            Level.MASTER,
        ),
        (("Supervised PhD students", "MSc Chemistry, 2010"), Level.MASTER, None),
        (("Unfinished Bachelor's degree", "A-levels, 2009"), Level.UPPER_SECONDARY, None),
    ],
)
def test_read_education_tells_what_is_held_from_what_is_in_progress(
    lines: tuple[str, ...], held: Level, studying: Level | None
) -> None:
    highest, progress = read_education(cv(*lines))
    assert (highest and highest.value, progress and progress.value) == (held, studying)


@pytest.mark.parametrize(
    "text",
    [
        "Sam Lee\nBoston, MA, USA\nExperience\nBA - Acme Bank, 2018\nMS Office, MS SQL Server, MS Excel\n",
        "Sam Lee\nBaltimore, MD 21201, USA\nTO BE COMPLETED IN 2019\n",
        "Sam Lee\nExperience\nScrum Master at Leeds College, 2019\nMaster of ceremonies, 2020\n",
        "Sam Lee\nPermis B, licence de football 2019\nBE fluent\n",
    ],
)
def test_highest_level_letters_of_places_programs_and_trades_are_no_diploma(text: str) -> None:
    assert highest_level(text) is None


@pytest.mark.parametrize(
    ("lines", "sure"),
    [
        (("Bachelor of Arts, University of Leeds, 2012",), True),
        (("High school diploma, 2010",), True),
        (("Licence professionnelle commerce, Université de Lille",), True),
        (("BE Civil engineering, University of Leeds",), False),
        (("Bachelor of Arts, Leeds, 2012", "x" * 200, "University of Bath, applied studies, 2015"), False),
    ],
)
def test_highest_level_is_sure_where_its_words_mean_nothing_else_and_every_line_was_read(
    lines: tuple[str, ...], sure: bool
) -> None:
    found = highest_level(cv(*lines))
    assert found is not None and found.sure is sure


@pytest.mark.parametrize(
    "unread", ["BE, lovely professional university", "Degree in law, Leeds", "Diplômé de Sciences Po"]
)
def test_highest_level_is_never_the_school_where_a_degree_was_not_read(unread: str) -> None:
    found = highest_level(cv("High school diploma, 2010", "x" * 200, unread))
    assert found is None or found.value >= Level.BACHELOR


@pytest.mark.parametrize(
    ("lines", "level"),
    [
        ("B.T.S., Lycée Hoche, 2021\nBaccalauréat, 2019", EducationLevel.SHORT_CYCLE),
        ("B.U.T., Université de Metz, 2017\nBac S, Metz, 2014", EducationLevel.BACHELOR),
        ("D.E.S.S. Gestion, Dijon, 1998\nBaccalauréat, 1993", EducationLevel.MASTER),
        ("M2 Droit des affaires, Lille, 2012\nBac L, 2007", EducationLevel.MASTER),
        ("A.A.S., Pell College, 2020\nA-levels, 2018", EducationLevel.SHORT_CYCLE),
        ("HND Computing, Pell College, 2020\nA-levels, 2018", EducationLevel.SHORT_CYCLE),
        ("C.A.P. Cuisine, 2011", EducationLevel.SECONDARY_VOCATIONAL),
    ],
)
def test_dotted_letters_are_diplomas(lines, level):
    found = highest_level(f"Ann\n\nFormation\n{lines}\n")
    assert found is not None and found.value is level


@pytest.mark.parametrize("line", ["Xyz, Pell Institute, 2020", "2021 Titre RNCP, Metz", "Kandidat nauk, Minsk, 2009"])
def test_low_level_is_not_sure_beside_a_dated_line_that_was_not_read(line):
    found = highest_level(f"Ann\n\nEducation\n{line}\nHigh school diploma, 2006\n")
    assert found is None or not found.sure
    assert highest_level("Ann\n\nEducation\nHigh school diploma\nOak Hill School, 2006\n").sure


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("HND Fine Art 2003, topped up to a degree in 2006", Level.BACHELOR),
        ("HNC Engineering 2012; converted to a BEng, Hull, 2015", Level.BACHELOR),
        ("Foundation degree 2014 with top-up degree 2015", Level.BACHELOR),
        ("Associate's degree 2001, later upgraded to honours", Level.BACHELOR),
        ("HND Building, topped up in 2016", None),
        ("BTS tourisme 2004, complété par une licence en 2006", Level.BACHELOR),
        ("DUT chimie 2001, prolongé par un master chimie en 2004", Level.MASTER),
        ("DEUG 1998 puis école de journalisme, 2001", None),
        ("BTS vente 2008, poursuite d'études en 2009", None),
    ],
)
def test_diploma_that_was_taken_further_is_the_further_one_or_unknown(line: str, level: Level | None) -> None:
    found = highest_level(cv(line))
    assert (found and found.value) is level


@pytest.mark.parametrize(
    ("lines", "sure"),
    [
        (("B.A. History, University of Leeds, 2010", "First aid course, 2015", "Summer school, Bologna, 2016"), True),
        (("University of Leeds", "BSc Nursing", "2009 - 2012"), True),
        (("B.E. Mechanical, Pune, 2012", "Diploma in Engineering, Pune, 2009", "S.S.C., State Board, 2006"), True),
        (("Licence de droit, Lille, 2010", "Lycée Faidherbe, 2007", "Formation continue Excel, 2015"), True),
        (("BSc Physics, Leeds, 2012", "Web design, Acme, Jan 2015 - Mar 2015"), True),
        (("BSc Physics, Leeds, 2012", "Kandidat nauk, Minsk, 2016"), False),
        (("BSc Physics, Leeds, 2012", "Doctoral training centre, Bath, 2016"), False),
        (("BSc (2012) and Aspirantura in chemistry (2016), Minsk",), False),
        (("University of Leeds, 2009 - 2012", "BSc Nursing", "Dublin, 2014 - 2016", "Nursing research"), False),
        (("BSc Nursing, Hull, 2012", "Diploma in law, Moscow State University, 2005"), False),
        (("Licence de droit, Lille, 2010", "École nationale de la magistrature, 2014"), False),
        (("BSc Physics, Leeds, 2012", "Diplom, TU Wien"), False),
    ],
)
def test_degree_is_sure_where_no_line_may_name_a_higher_one(lines: tuple[str, ...], sure: bool) -> None:
    found = highest_level(cv(*lines))
    assert found is not None and found.value is Level.BACHELOR
    assert found.sure is sure


@pytest.mark.parametrize("said", ["I am a final year student.", "Je suis actuellement étudiante."])
def test_degree_without_a_year_of_somebody_who_studies_now_may_be_in_progress(said: str) -> None:
    assert [each and each.value for each in read_education(said + "\n" + cv("B.Tech, Delhi"))] == [None, Level.BACHELOR]
    held, studied = read_education(said + "\n" + cv("B.Tech, Delhi, 2015"))
    assert held is not None and held.value is Level.BACHELOR and not held.sure and studied is None


@pytest.mark.parametrize(
    ("said", "held", "studied"),
    [
        ("BSc Physics, Leeds, 2009. Master's degree not completed.", Level.BACHELOR, None),
        ("HND in catering, Hull, 2004. Bachelor of Arts abandoned in 2006.", Level.SHORT_CYCLE, None),
        ("BSc Physics, Leeds, 2009. Master's in progress.", Level.BACHELOR, Level.MASTER),
        ("BSc Physics, Leeds, 2009. Currently studying for a Master's degree.", Level.BACHELOR, Level.MASTER),
        ("DCG obtenu en 2009. Master CCA non terminé.", Level.BACHELOR, None),
        ("Licence de droit, Lille, 2015. Master de droit en cours.", Level.BACHELOR, Level.MASTER),
        ("Bachelor of Arts, Hull, 2009. Not completed. Master's degree abandoned.", None, None),
        ("BTS et licence non terminés.", None, None),
        ("B.Sc. and M.Sc. not completed.", None, None),
    ],
)
def test_what_is_said_of_the_next_diploma_in_its_own_sentence_is_not_said_of_this_one(said, held, studied):
    assert [each and each.value for each in read_education(cv(said))] == [held, studied]
