import math
from dataclasses import asdict

import pytest

from jobfit.errors import InputError
from jobfit.retrieval.kinds import TextKind
from jobfit.retrieval.weights import LANGUAGES, UNMEASURED, Weights, WeightTable, read_table, shipped_table

MINILM = "all-MiniLM-L6-v2-openvino-bf16-256-0"


def test_shipped_table_has_every_kind_and_language():
    cells = shipped_table().cells
    assert set(cells) == {(kind, language) for kind in TextKind for language in LANGUAGES}
    assert all(math.isclose(math.fsum(asdict(weights).values()), 1) for weights in cells.values())


@pytest.mark.parametrize("language", [None, "de", "other", ""])
def test_unknown_language_is_weighted_as_other(language):
    table = WeightTable("all-MiniLM", {(TextKind.TITLE, "other"): Weights(characters=1.0)})
    assert table.weights(TextKind.TITLE, language, MINILM) == Weights(characters=1.0)


def test_another_encoder_gets_half_of_the_score():
    assert shipped_table().weights(TextKind.TITLE, "en", "hashing-1-1024") == UNMEASURED
    assert UNMEASURED.dense == 0.5


def test_without_raises_the_others_in_proportion():
    weights = Weights(lexical=0.1, characters=0.3, dense=0.4, taxonomy=0.2)
    assert asdict(weights.without("taxonomy")) == pytest.approx(
        {"lexical": 0.1 / 0.8, "characters": 0.3 / 0.8, "dense": 0.4 / 0.8, "taxonomy": 0}
    )
    assert Weights(taxonomy=1.0).without("taxonomy") == Weights(dense=1.0)


def test_without_characters_gives_their_share_to_the_words():
    weights = Weights(lexical=0.25, characters=0.5, dense=0.25).without_characters()
    assert weights == Weights(lexical=0.75, dense=0.25)


@pytest.mark.parametrize(
    "shares", [{}, {"dense": 0.5}, {"dense": 1.5, "lexical": -0.5}, {"dense": math.nan}, {"dense": math.inf}]
)
def test_weights_that_are_no_shares_are_refused(shares):
    with pytest.raises(InputError, match="sum to 1"):
        Weights(**shares)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "encoder"),
        ({"encoder": "m", "weights": {"poem": {"en": {"dense": 1.0}}}}, "does not name a kind of text"),
        ({"encoder": "m", "weights": {"title": {"de": {"dense": 1.0}}}}, "does not name a kind of text"),
        ({"encoder": "m", "weights": {"title": {"en": {"luck": 1.0}}}}, "unknown signal"),
    ],
)
def test_read_table_says_what_is_wrong(data, words):
    with pytest.raises(InputError, match=words):
        read_table(data, "weights.toml")
