"""The word table: IBM Model 1 worked by hand."""

import pytest

from jobfit.taxonomy.linking.translation import learn_words


def pairs(*both):
    return [{"fr": (fr,), "en": (en,)} for fr, en in both]


def test_learn_words_one_round_of_expectations_is_the_one_worked_by_hand():
    # "vin rouge" = "red wine", "vin" = "wine". After round 1: t(wine|vin) = (1/2 + 1) / 2 = 3/4, t(red|vin) = 1/4,
    # t(wine|roug) = t(red|roug) = 1/2. Each further round moves mass from red|vin to wine|vin, never the other way.
    table = learn_words(pairs(("vin rouge", "red wine"), ("vin", "wine")), "fr", "en").words
    assert table["vin"]["win"] > 3 / 4
    assert table["roug"]["red"] > 1 / 2 > table["roug"].get("win", 0)


def test_learn_words_of_equal_evidence_are_equal():
    table = learn_words(pairs(("vin rouge", "red wine")), "fr", "en").words
    assert table["vin"] == pytest.approx({"red": 0.5, "win": 0.5})


def test_learn_words_agrees_with_a_plain_implementation():
    data = [
        ("chef de cuisine", "head chef"),
        ("chef de projet", "project manager"),
        ("aide de cuisine", "kitchen help"),
    ]
    table = learn_words(pairs(*data), "fr", "en").words
    sides = [((fr.replace(" de ", " ").split()), en.split()) for fr, en in data]
    stems = {"cuisine": "cuisin", "aide": "aid", "projet": "projet", "chef": "chef"}
    t = {(stems[f], e): 1.0 for a, b in sides for f in a for e in b}
    for _ in range(8):
        counts = dict.fromkeys(t, 0.0)
        for a, b in sides:
            for e in b:
                total = sum(t[stems[f], e] for f in a)
                for f in a:
                    counts[stems[f], e] += t[stems[f], e] / total
        t = {(f, e): c / sum(v for (g, _), v in counts.items() if g == f) for (f, e), c in counts.items()}
    for f, best in table.items():
        assert best == pytest.approx({e: t[f, e] for e in best})


def test_translate_keeps_what_the_table_does_not_know():
    table = learn_words(pairs(("vin", "wine")), "fr", "en")
    assert table.translate(("vin", "docker")) == {"win": 1.0, "docker": 1.0}


def test_learn_words_without_pairs_is_empty():
    table = learn_words([{"en": ("wine",)}, {"fr": ("vin",)}], "fr", "en")
    assert table.words == {}
    assert table.translate(("vin",)) == {"vin": 1.0}
