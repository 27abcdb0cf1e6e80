"""A text about a woman and the same text about a man are one text after masking."""

from __future__ import annotations

import difflib
import itertools

import pytest

from jobfit.documents.masking import TextKind, mask
from jobfit.documents.masking.gender import neutral_form
from jobfit.taxonomy.compact import load_compact

PAIRS = [
    ("She leads her team and they follow her.", "He leads his team and they follow him."),
    ("Mrs Smith is a waitress.", "Mr Smith is a waiter."),
    ("Ms. Adams, chairwoman and sportswoman", "Mr. Adams, chairman and sportsman"),
    ("Miss Adams, saleswoman (she/her)", "Mr Adams, salesman (he/him)"),
    ("Mother of two, former policewoman, actress", "Father of two, former policeman, actor"),
    ("Her husband moved; maternity leave in 2019", "His wife moved; paternity leave in 2019"),
    ("Flight stewardess for 3 years", "Flight steward for 3 years"),
    ("Elle est infirmière et motivée.", "Il est infirmier et motivé."),
    ("Mme Martin, directrice de la communication", "M. Martin, directeur de la communication"),
    ("La développeuse expérimentée travaille", "Le développeur expérimenté travaille"),
    ("Ingénieure diplômée, sérieuse et rigoureuse", "Ingénieur diplômé, sérieux et rigoureux"),
    ("Technicienne confirmée, créative et sportive ? créative", "Technicien confirmé, créatif et sportive ? créatif"),
    ("Mariée, 2 enfants\nCaissière", "Marié, 2 enfants\nCaissier"),
    ("Née le 3 mai 1990 à Lyon\nAssistante administrative", "Né le 3 mai 1990 à Lyon\nAssistant administratif"),
    ("Mlle Durand, une vendeuse passionnée", "Monsieur Durand, un vendeur passionné"),
    ("Ingénieur(e) motivé(e)", "Ingénieur motivé"),
    ("Ingénieur·e logiciel", "Ingénieur logiciel"),
    ("Développeur/développeuse web (H/F)", "Développeur web"),
    ("Développeur/euse web F/H", "Développeur web"),
    ("Nurse (m/f/d)", "Nurse"),
    ("He/she will manage the shop", "will manage the shop"),
    ("Marital status: married\nGender: female\nChef", "Marital status: single\nGender: male\nChef"),
    ("Sportive, proactive, dévouée et bienveillante", "Sportif, proactif, dévoué et bienveillant"),
    ("Professionnelle, loyale, assidue, attentive", "Professionnel, loyal, assidu, attentif"),
    ("auprès de la directrice et du client", "auprès du directeur et du client"),
]


@pytest.mark.parametrize(("woman", "man"), PAIRS)
def test_mask_gender_swapped_gives_identical_text(woman, man):
    body = "EXPERIENCE\n{}\n2015 - 2019"
    assert mask(body.format(woman)).text == mask(body.format(man)).text


def test_mask_both_french_labels_of_an_occupation_give_one_text():
    pairs = []
    for occupation in load_compact().occupations.values():
        labels = occupation.labels.get("fr", ())
        pairs += [(a, b) for a, b in itertools.pairwise(labels) if _same_but_for_agreement(a, b)]
    assert len(pairs) > 100
    different = [(a, b) for a, b in pairs if mask(f"EXPERIENCE\n{a}").text != mask(f"EXPERIENCE\n{b}").text]
    assert not different


def _same_but_for_agreement(one: str, other: str) -> bool:
    """Whether two labels hold the same number of words, and each pair starts alike and ends in gendered endings."""
    words = list(zip(one.split(), other.split()))
    if len(one.split()) != len(other.split()) or one == other:
        return False
    return all(a == b or (a[:3] == b[:3] and difflib.SequenceMatcher(None, a, b).ratio() > 0.8) for a, b in words)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("waitress", "server"),
        ("waiter", "server"),
        ("développeuse", "développeur"),
        ("infirmières", "infirmiers"),
        ("actrice", "acteur"),
        ("matière", None),
        ("carrière", None),
        ("python", None),
    ],
)
def test_neutral_form_of_a_word_is_as_listed(word, expected):
    assert neutral_form(word) == expected


def test_mask_article_at_the_end_of_the_line_before_stays():
    text = "Nom : Ada Lin\nPoste : Technicien, Tarnel SA\nTechnicien support | Wendor"
    assert mask(text).text.endswith("Tarnel SA\nTechnicien support | Wendor")


@pytest.mark.parametrize(
    "text",
    [
        "Sage-femme", "Droits de l'homme", "Mother tongue: French", "Langue maternelle : arabe", "Man-made fibres",
        "Three man-days", "École maternelle", "Sister company of Bluepeak", "Carte mère et carte fille", "HIM clerk",
        "HE 100 B beams", "Maison mère à Lyon", "Daughter boards",
    ],
)  # fmt: skip
def test_mask_word_that_is_about_nobody_keeps_its_form(text):
    assert mask(text, TextKind.LABEL).text == text == mask(text, TextKind.SENTENCE).text


@pytest.mark.parametrize("label", ["Agente telefónico", "Auxiliar de redes sociales, Málaga", "Gärtnereiexperte"])
def test_mask_label_with_letters_of_another_language_keeps_its_words(label):
    assert mask(label, TextKind.LABEL).text == label
