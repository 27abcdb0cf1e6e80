import math

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.retrieval.kinds import Comparison
from jobfit.retrieval.signals import Query
from jobfit.retrieval.text_index import TextIndex
from jobfit.retrieval.weights import (
    KNOWN,
    NOT_MEASURED,
    SIGNALS,
    UNKNOWN,
    UNMEASURED,
    WeightTable,
    cell_of,
    read_table,
    shipped_table,
)

MINILM, E5 = "all-MiniLM-L6-v2-openvino-bf16-256-0", "multilingual-e5-small-openvino-bf16-512-0"
TEXTS = TextIndex(["a", "b"], [["nurse"], ["cook"]])
NAMES = ("lexical", "characters", "dense")


def query(text="Registered nurse"):
    return Query("q", text, text.lower().split(), np.zeros(2, dtype=np.float32))


def table(**weights):
    return WeightTable({(Comparison.TITLES, knows): weights for knows in (KNOWN, UNKNOWN)})


@pytest.mark.parametrize("fast", [False, True])
def test_shipped_table_has_every_comparison(fast):
    cells = shipped_table(fast).cells
    assert set(cells) == {(kind, knows) for kind in Comparison for knows in (KNOWN, UNKNOWN)}


def test_fast_weights_need_no_vector_but_that_of_titles():
    used = {name for weights in shipped_table(fast=True).cells.values() for name in weights}
    assert used == {"titles", "characters", "lexical", "taxonomy"}


def test_language_counts_only_for_an_encoder_of_english_alone():
    french = query("Infirmier de nuit en service de chirurgie")
    assert [cell_of(query(), TEXTS, name)[1] for name in (MINILM, E5)] == [KNOWN, KNOWN]
    assert [cell_of(french, TEXTS, name)[1] for name in (MINILM, E5, "hashing-1")] == [UNKNOWN, KNOWN, KNOWN]


def test_script_that_no_encoder_knows_is_an_unknown_language():
    cherokee = query("ᏓᏂᏏᎲᏍᎩ ᏧᏂᏁᏍᎩ")
    assert {cell_of(cherokee, TEXTS, name)[1] for name in (MINILM, E5, "routed-0", "hashing-1")} == {UNKNOWN}


def test_cell_that_is_missing_gets_what_nobody_measured():
    weighed = WeightTable({}).weigh(query(), TEXTS, E5, NAMES)
    assert (weighed.weights, weighed.learnt) == (UNMEASURED, NOT_MEASURED)


def test_weight_of_missing_characters_goes_to_the_words():
    weighed = table(lexical=0.25, characters=0.5, dense=1.0).weigh(query(), TEXTS, E5, ("lexical", "dense"))
    assert weighed.weights == {"lexical": 0.75, "dense": 1.0}


def test_signals_without_any_weight_count_equally():
    weighed = read_table({"known": {"titles": {"dense": 1.0, "learnt": "here"}}}, "").weigh(
        query(), TEXTS, E5, ("lexical",)
    )
    assert (weighed.weights, weighed.learnt) == ({"lexical": 1.0}, NOT_MEASURED)


def test_what_was_weighed_says_what_was_compared_and_what_it_is_from():
    data = {"known": {"titles": {"dense": 1.0, "learnt": "9 queries"}}, "unknown": {"titles": {"lexical": 1.0}}}
    told = [read_table(data, "").weigh(one, TEXTS, E5, NAMES) for one in (query(), query("ᏓᏂᏏᎲᏍᎩ"))]
    assert [(one.compared, one.language_known, one.learnt) for one in told] == [
        ("titles", True, "9 queries"),
        ("titles", False, NOT_MEASURED),
    ]


@pytest.mark.parametrize("weights", [{}, {"dense": 0.0}, {"dense": -1.0}, {"dense": math.nan}, {"dense": math.inf}])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(InputError, match="at least 0"):
        table(**weights)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"known": {"poems": {"dense": 1.0}}}, "does not name a comparison"),
        ({"guessed": {"titles": {"dense": 1.0}}}, "does not name a comparison"),
        ({"known": {"titles": {"luck": 1.0}}}, "unknown signals: luck"),
    ],
)
def test_read_table_says_what_is_wrong(data, words):
    with pytest.raises(InputError, match=words):
        read_table(data, "weights.toml")


def test_every_signal_of_the_table_is_known():
    assert {name for weights in shipped_table().cells.values() for name in weights} <= set(SIGNALS)
