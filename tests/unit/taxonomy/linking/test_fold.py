"""Folding: one reading for every way of writing a title."""

import pytest

from jobfit.taxonomy.linking.mentions import fold, fold_all, stem, tidy

SELLERS = [
    "vendeur", "vendeuse", "Vendeurs", "VENDEUSES", "Vendeur / Vendeuse", "vendeur/vendeuse", "vendeur(se)",
    "vendeur (euse)", "vendeur·se", "vendeur•euse", "vendeur-euse", "vendeur.se", "Vendeur (H/F)", "Vendeur H/F",
    "Vendeuse F/H", "vendeur (h / f)", "vendeur(se)s", "Vendeur (m/f/d)",
]  # fmt: skip


@pytest.mark.parametrize("written", SELLERS)
def test_fold_every_gendered_form_gives_the_same_words(written):
    assert fold(written) == fold("vendeur")


@pytest.mark.parametrize(
    ("masculine", "feminine"),
    [
        ("directeur", "directrice"), ("infirmier", "infirmière"), ("technicien", "technicienne"), ("agent", "agente"),
        ("employé", "employée"), ("boulanger", "boulangère"), ("commercial", "commerciale"), ("créatif", "créative"),
        ("commerciaux", "commerciales"), ("patron", "patronne"), ("professionnel", "professionnelle"),
        ("ingénieur", "ingénieure"),
    ],
)  # fmt: skip
def test_stem_of_both_genders_is_one(masculine, feminine):
    assert fold(masculine) == fold(feminine) != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("boulanger", "boucher"),
        ("c", "c++"),
        ("c++", "c#"),
        ("gas", "gaz"),
        ("chef", "cheffe de service"),
        ("bus", "bu"),
    ],
)
def test_fold_of_different_words_stays_different(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("empty", ["", "   ", "H/F", "de la", "(h/f) - / -", "…"])
def test_fold_without_content_is_empty(empty):
    assert fold(empty) == ()


def test_fold_drops_elisions_accents_and_repetitions():
    assert fold("technicien en œuvres d'art/technicienne en œuvres d’art") == ("technicien", "oeuvr", "art")


def test_fold_reads_other_alphabets():
    assert fold("Μηχανικός Łódź Straße") == (stem("μηχανικοσ"), "lodz", "strass")


def test_fold_all_is_fold_of_each_even_with_line_breaks_inside():
    texts = ["web\ndeveloper", "", "vendeuse (h/f)", "a\r\nb c"]
    assert fold_all(texts) == [fold(text) for text in texts]
    assert fold_all([]) in ([], [()])


def test_tidy_leaves_ordinary_hyphens_and_brackets():
    assert tidy("front-end (React) e-commerce") == "front-end (react) e-commerce"
