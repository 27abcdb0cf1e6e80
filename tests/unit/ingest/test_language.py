"""English, French or neither."""

import time

import pytest

from jobfit.ingest.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We are looking for a nurse who will work at night in our clinic with a small team of colleagues.", "en"),
        ("Nous recherchons une infirmière pour le service de nuit de notre clinique, au sein d'une équipe.", "fr"),
        ("Cinq ans d'expérience dans la vente et la gestion des stocks avec une équipe de dix personnes.", "fr"),
        ("Buscamos una enfermera para el servicio de noche de la clínica, con un equipo de diez personas.", None),
        ("Cerchiamo un infermiere per il servizio della notte, con esperienza nel reparto e in una clinica.", None),
        ("Procuramos uma enfermeira para o serviço da noite, com uma equipe de dez pessoas que não se cansa.", None),
        (
            "Wir suchen eine Krankenschwester für den Nachtdienst in der Klinik mit einem Team und im Schichtdienst.",
            None,
        ),
        ("Wij zoeken een verpleger voor de nacht in het ziekenhuis van de stad, met een team aan je zijde.", None),
        ("Python, SQL, Docker, Kubernetes, PostgreSQL", None),
        ("a team", None),
        ("", None),
    ],
)
def test_detect_language_of_prose(text, language):
    assert detect_language(text) == language


def test_detect_language_of_an_even_mixture_abstains():
    english = "the team and the work of the company for the clients. "
    french = "les équipes et le travail de la société pour les clients. "
    assert detect_language((english + french) * 5) is None


def test_detect_language_of_a_hostile_text_is_fast():
    start = time.process_time()
    detect_language("the" * 1_000_000)
    assert time.process_time() - start < 2
