"""The readings of a title: noise, towns, short forms and slashes."""

import pytest

from jobfit.taxonomy.linking.mentions import LONGEST, MOST, fold, forms

TOWNS = {"nant", "lyon", "acm"}


def known(word):
    return word not in TOWNS


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Développeuse web (H/F) - Nantes", "développeur web"),
        ("Vendeur CDI temps plein", "vendeur"),
        ("Senior Software Engineer, Lyon", "software engineer"),
        ("Infirmière à Lyon (69)", "infirmier"),
        ("Technicien de maintenance confirmé | ACM", "technicien de maintenance"),
        ("Stage - assistant marketing", "assistant marketing"),
        ("Responsable RH", "responsable ressources humaines"),
        ("Ingénieur R&D", "ingénieur recherche et développement"),
        ("QA engineer", "quality assurance engineer"),
    ],
)
def test_forms_contain_the_title_that_is_meant(written, meant):
    assert fold(meant) in forms(written, known)


def test_forms_begin_with_the_mention_as_it_stands():
    assert forms("Senior developer")[0] == ("senior", "developer")


def test_forms_of_noise_alone_keep_it():
    assert forms("Stage") == (("stag",),)


def test_forms_of_two_genders_are_one_reading():
    assert forms("Conseiller commercial / Conseillère commerciale en vins") == (("conseiller", "commercial", "vin"),)


def test_forms_of_two_jobs_are_read_together_and_apart():
    assert forms("Maçon / Coffreur") == (("macon", "coffror"), ("macon",), ("coffror",))


@pytest.mark.parametrize("empty", ["", " ", "H/F", "de la"])
def test_forms_of_an_empty_mention_are_none(empty):
    assert forms(empty) == ()


def test_forms_of_a_long_mention_read_its_beginning():
    assert forms("baker " + "x" * LONGEST + " tail")[0][0] == "baker"
    assert not any("tail" in reading for reading in forms("baker " + "x" * LONGEST + " tail"))
    assert len(forms(" / ".join(f"job{i}" for i in range(3)) + " RH - CDI")) <= MOST
