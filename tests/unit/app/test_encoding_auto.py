"""Which encoder compares texts where nobody names one, and what is said of texts that it knows less of."""

import pytest

from jobfit.app.encoding import model_for, tell_routes
from jobfit.app.wire import AUTO, Progress
from jobfit.encoders import loading
from jobfit.encoders.loading import load_encoder
from jobfit.records import Document

ENGLISH = "registered nurse for the night shift"
FRENCH = "infirmier de nuit pour une clinique"
CHEROKEE = "ᏓᏂᏏᎲᏍᎩ ᏧᏂᏁᏍᎩ"
BOTH = (
    "We are looking for a nurse for the night shift in our clinic. Nous cherchons un infirmier de nuit pour notre "
    "clinique, avec une bonne expérience et le sens du travail en équipe."
)


class Told(Progress):
    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)


@pytest.fixture
def told():
    return Told()


def test_shipped_default_is_the_one_of_two_encoders(told):
    assert (model_for(AUTO, told), told.notes) == ("jobfit", [])


def test_without_the_multilingual_package_the_english_encoder_compares_and_it_is_said(monkeypatch, told):
    monkeypatch.setattr(loading, "is_installed", lambda: False)
    assert model_for(AUTO, told) == "all-MiniLM-L6-v2"
    assert "all-MiniLM-L6-v2 compares the texts, which knows English alone" in told.notes[0]
    assert "pip install" in told.notes[0]
    assert load_encoder().fingerprint.startswith("all-MiniLM-L6-v2")


def test_a_model_that_is_named_is_that_one(told):
    assert (model_for("hashing", told), told.notes) == ("hashing", [])


@pytest.mark.parametrize(
    ("model", "texts", "said"),
    [
        ("jobfit", [ENGLISH], None),
        ("jobfit", [ENGLISH, FRENCH, BOTH], "2 of 3 texts are not told to be English (another language, several in"),
        ("jobfit", [FRENCH], "jobfit-multilingual alone compares them"),
        ("jobfit", [CHEROKEE, ENGLISH], "1 of 2 texts are in a script that no encoder of jobfit's knows: words, char"),
        ("all-MiniLM-L6-v2", [FRENCH, ENGLISH], "1 of 2 texts are not told to be English"),
        ("all-MiniLM-L6-v2", [FRENCH], "all-MiniLM-L6-v2 knows English alone: words, characters and named skills"),
        ("jobfit-multilingual", [FRENCH], None),
        ("jobfit-multilingual", [CHEROKEE], "script that no encoder"),
    ],
)
def test_what_is_said_of_texts_that_the_encoder_knows_less_of(model, texts, said, told):
    tell_routes(model, [Document(str(i), text) for i, text in enumerate(texts)], told)
    assert len(told.notes) == (said is not None)
    assert said is None or said in told.notes[0]
