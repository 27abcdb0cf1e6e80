"""Which encoder ranks where nobody names one: told by the language of both sides."""

import pytest

from jobfit.app.encoding import AUTO, model_for

ENGLISH = ["registered nurse for the night shift", "software developer", "warehouse worker and driver"]
FRENCH = ["infirmier de nuit pour une clinique", "développeur de logiciels", "magasinier et chauffeur"]
SPANISH = ["enfermera de noche para la clínica", "desarrollador de programas", "mozo de almacén y conductor"]
GERMAN = ["Krankenpfleger für die Nachtschicht", "Softwareentwickler", "Lagerarbeiter und Fahrer"]


@pytest.mark.parametrize(
    ("queries", "corpus", "expected"),
    [
        (ENGLISH, ENGLISH, "all-MiniLM-L6-v2"),
        (ENGLISH, FRENCH, "jobfit-multilingual"),
        (FRENCH, FRENCH, "jobfit-multilingual"),
        (SPANISH, SPANISH, "jobfit-multilingual"),
        (GERMAN, ENGLISH, "jobfit-multilingual"),
        (["筹款人"], ["筹款人"], "jobfit-multilingual"),
    ],
)
def test_english_alone_is_ranked_by_the_english_encoder(queries, corpus, expected):
    assert model_for(AUTO, [queries, corpus]) == expected


def test_a_model_that_is_named_is_that_one():
    assert model_for("hashing", [FRENCH, FRENCH]) == "hashing"
