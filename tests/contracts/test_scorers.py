"""What every scorer keeps, whatever is behind it. Add one: a name and how it is made, in ``MAKERS``."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from tests.conftest import save_bert_folder

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.records import Document
from jobfit.retrieval.lexical import terms
from jobfit.scorers.base import PersonJob, Scorer
from jobfit.scorers.cosine import CosineScorer
from jobfit.scorers.cross_encoder import load_cross_encoder
from jobfit.scorers.pair_classifier import PairClassifier
from jobfit.scorers.pair_head import HeadSettings, PairHead
from jobfit.scorers.text_baselines import TEXT_BASELINES, fit_text_baseline
from jobfit.scorers.text_features import PairFeatures

CANDIDATES = ("Registered nurse, night shifts", "Développeuse Python à Lyon", "welder", "CACES 3 cariste")
VACANCIES = ("We look for a nurse", "Python developer wanted", "Soudeur (H/F)", "Forklift driver " * 40)


def text_baseline(name: str) -> Scorer:
    features = PairFeatures([*CANDIDATES, *VACANCIES], terms)
    sides = [features.side({text: text for text in texts}) for texts in (CANDIDATES, VACANCIES)]
    fits = [(c, v, 2 * (CANDIDATES.index(c) == VACANCIES.index(v))) for c in CANDIDATES for v in VACANCIES]
    return fit_text_baseline(name, features, (sides[0], sides[1]), fits * 20)


def cross_encoder() -> Scorer:
    from transformers import BertConfig, BertForSequenceClassification

    with TemporaryDirectory() as scratch:
        letters = "abcdefghijklmnopqrstuvwxyz"
        folder = save_bert_folder(Path(scratch), ["nurse", *letters, *(f"##{letter}" for letter in letters)])
        config = BertConfig.from_pretrained(folder, num_labels=1, initializer_range=0.3)
        BertForSequenceClassification(config).save_pretrained(folder)
        return load_cross_encoder(folder)


MAKERS = {
    "cosine": lambda: CosineScorer(HashingEncoder()),
    "cross-encoder": cache(cross_encoder),
    "pair classifier": lambda: PairClassifier(HashingEncoder(), PairHead(1024, HeadSettings("ordinal", hidden=8))),
    **{f"TF-IDF, {name}": cache(partial(text_baseline, name)) for name in TEXT_BASELINES},
}


@pytest.fixture(params=MAKERS)
def scorer(request: pytest.FixtureRequest) -> Scorer:
    return MAKERS[request.param]()


def pairs(prefix: str = "") -> list[PersonJob]:
    return [
        PersonJob(Document(f"{prefix}c{i}", candidate), Document(f"{prefix}v{j}", vacancy))
        for i, candidate in enumerate(CANDIDATES)
        for j, vacancy in enumerate(VACANCIES)
    ]


def test_score_no_pairs_gives_an_empty_array(scorer: Scorer) -> None:
    scores = scorer.score([])
    assert scores.shape == (0,) and scores.dtype == np.float64


def test_score_gives_one_finite_number_per_pair_in_the_order_given(scorer: Scorer) -> None:
    scores = scorer.score(pairs())
    assert scores.shape == (16,) and scores.dtype == np.float64 and np.isfinite(scores).all()
    np.testing.assert_array_equal(scorer.score(pairs()[::-1]), scores[::-1])
    assert len(set(scores.tolist())) > 1


def test_score_of_a_pair_alone_is_that_among_others(scorer: Scorer) -> None:
    together = scorer.score(pairs())
    for place, pair in enumerate(pairs()):
        assert scorer.score([pair])[0] == together[place]


def test_score_depends_on_the_texts_and_not_on_the_ids(scorer: Scorer) -> None:
    np.testing.assert_array_equal(scorer.score(pairs("other-")), scorer.score(pairs()))


def test_empty_text_is_scored_or_its_document_is_named(scorer: Scorer) -> None:
    try:
        scores = scorer.score([PersonJob(Document("blank", " "), Document("v", "nurse"))])
    except InputError as error:
        assert "'blank'" in str(error)
    else:
        assert np.isfinite(scores).all()
