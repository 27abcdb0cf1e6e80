"""English, French or neither."""

import time

import pytest

from jobfit.ingest.language import detect_language, language_of, language_of_corpus, language_of_notes


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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Ambulancier à Limoges\n2018 - ce jour : SARL Vidal\nConduite et brancardage des patients\nPermis B",
            "fr",
        ),
        ("Carreleur, Rodez. CAP 2009. Pose de faïence, ragréage. Permis BE. Disponible de suite.", "fr"),
        ("Langues\tNiveau\nPolonais\tmaternel\nFrançais\tbon\nMétier : soudeur, dix ans d'atelier", "fr"),
        ("Bricklayer, Truro. CSCS card. Own tools and van. 2012 to date: Penrose Builders", "en"),
        ("Python, Terraform, AWS. Available from May. Fluent in German. Remote or Leeds", "en"),
        ("Soldador\nBilbao\n2012 - actualidad: Talleres Uribe, soldador TIG\nCarnet B\nFP grado medio", None),
        ("Schweißer, Kassel. 2012 bis heute: Metallbau Kern. Führerschein B. Englisch Grundkenntnisse.", None),
        ("Saldatore, Brescia. 2012 - oggi: Officine Rota. Patente B. Diploma di scuola media.", None),
        ("Data engineer con Python, Spark, Airflow, Snowflake. Inglés alto. Disponibilidad inmediata.", None),
        ("", None),
    ],
)
def test_language_of_notes(text, language):
    assert language_of_notes(text) == language


def test_detect_language_of_an_even_mixture_abstains():
    english = "the team and the work of the company for the clients. "
    french = "les équipes et le travail de la société pour les clients. "
    assert detect_language((english + french) * 5) is None


def test_detect_language_of_a_hostile_text_is_fast():
    start = time.process_time()
    detect_language("the" * 1_000_000)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Primary school teacher", "en"),
        ("Professeur des écoles", "fr"),
        ("Chargé de recrutement", "fr"),
        ("Warehouse operative", "en"),
        ("Verkäufer im Einzelhandel", None),
        ("Pielęgniarka", None),
        ("медсестра", None),
        ("", None),
        ("2019 - 2024", None),
    ],
)
def test_language_of_short_texts(text, language):
    assert language_of(text) == language


def test_language_of_text_for_two_languages_is_that_of_the_texts_it_is_compared_with():
    assert [language_of("Communication", among) for among in ("en", "fr")] == ["en", "fr"]
    assert language_of("Infirmière de nuit", "en") == "fr"
    assert language_of("медсестра", "en") is None


def test_language_of_corpus_does_not_depend_on_its_order():
    ids, documents = ["a", "b"], [["nurse", "night"], ["bricklayer"]]
    assert language_of_corpus(ids, documents) == language_of_corpus(ids[::-1], documents[::-1]) == "en"
    assert language_of_corpus([], []) is None


def test_language_of_letters_exchanged_is_no_language_even_where_function_words_are_voted_for():
    assert language_of("the of and to with " + "xkzqw vbnmt pqxzk wvkjq " * 20) is None
