import pytest

from jobfit.records import Document, Kind
from jobfit.retrieval.facets import asking_side, beginning, titles

PROSE = "You look after the people of our ward at night, with two colleagues, and hand over in the morning. " * 3


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("one two", 7, "one two"),
        ("one two", 6, "one"),
        ("one two three", 7, "one two"),
        ("one\ntwo", 5, "one"),
        ("abcdef", 3, "abc"),  # no blank to cut at
        ("", 3, ""),
    ],
)
def test_beginning_is_whole_words(text, most, expected):
    assert beginning(text, most) == expected


def test_titles_of_an_advert_and_of_a_cv():
    assert titles(f"Night nurse (f/m)\n\n{PROSE}", Kind.VACANCY).startswith("Night nurse")
    cv = f"Cook\n\nExperience\nHead chef, 2020 - 2024\n{PROSE}\nKitchen porter, 2016 - 2019\nWashed dishes."
    assert titles(cv, Kind.CANDIDATE) == "Cook, Head chef, Kitchen porter"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Education Details May 2011 to May 2014 Diploma Lagos State Polytechnic Night nurse Night nurse - Clinic "
            "Skill details wound care - less than 1 year. Assistant to two surgeons in Ikeja",
            "Night nurse, Assistant",
        ),
        (
            "FORMATION 2012 BTS Nantes EXPÉRIENCES Depuis 2019 cuisinier de collectivité, Ville de Rezé. Avant : "
            "commis, cuisinier de collectivité en intérim, et livreur à vélo. Permis B, disponible dès le 1er juin.",
            "cuisinier de collectivité, commis, livreur à vélo",
        ),
        ("the night shift and the day shift, " * 6 + "early or late", ""),
    ],
)
def test_titles_of_a_cv_that_lost_its_lines_are_those_said_most_often(text, expected):
    more = " and all that there is to say of it and of him, and of her" * 9
    assert titles(text + more, Kind.CANDIDATE) == (expected or beginning(text + more, 300))
    assert titles(text, Kind.CANDIDATE) == beginning(text, 300)  # a short text is told by its beginning


def test_title_of_an_advert_without_lines_is_what_it_calls_a_position_and_no_other_phrase():
    advert = f"Warehouse Team Leader Acme is a privately held company that moves parcels. {PROSE}"
    assert titles(advert, Kind.VACANCY) == "Warehouse Team Leader"
    assert titles(f"Warehouse Team Leader\n\nYou work with our site manager.\n{PROSE}", Kind.VACANCY) == (
        "Warehouse Team Leader"  # a line of its own needs no other
    )


def test_short_text_is_its_own_title_and_a_long_one_without_a_title_lends_its_first_words():
    assert titles(" Night nurse ", Kind.CANDIDATE) == "Night nurse"
    assert titles(PROSE, Kind.CANDIDATE) == beginning(PROSE, 300)


def test_asking_side_is_told_by_the_texts_and_a_vacancy_where_they_do_not_tell():
    advert = f"Nurse wanted\nYour tasks:\n{PROSE}\nRequirements:\n- a diploma\nWe offer: a salary. Apply now."
    adverts = [Document("v", advert)]
    people = [Document("c", f"Curriculum vitae\nWork experience\nNurse 2019 - 2023\n{PROSE}\nEducation\nReferences")]
    assert asking_side(adverts, people) is Kind.VACANCY
    assert asking_side(people, adverts) is Kind.CANDIDATE
    labels = [Document("a", "Nurse"), Document("b", "Cook")]
    assert asking_side(labels, labels) is Kind.VACANCY
