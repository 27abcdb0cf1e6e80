import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.judged import Texts
from jobfit.training.mining.mined import Mined, training_columns

TEXTS = Texts({q: f"text {q}" for q in "ABC"}, {d: f"text {d}" for d in "uvwxyz"})
MINED = Mined(tuple("ABC"), tuple("uvwxyz"), np.array([[0, 1, 2], [3, -1, -1], [-1, -1, -1]], dtype=np.int32), {})


def test_mined_counts_full_short_and_empty_lists():
    assert MINED.counts() == {"anchors": 3, "negatives": 4, "fewer": 1, "none": 1}
    assert list(MINED) == [("A", ("u", "v", "w")), ("B", ("x",)), ("C", ())]


def test_training_columns_hold_a_row_for_each_positive_pair():
    columns = training_columns(MINED, {"A": {"y", "x"}, "B": {"u"}, "C": {"v"}}, TEXTS, negatives=2)
    assert columns["anchor"] == ["text A", "text A", "text B"]  # C has no negative
    assert columns["positive"] == ["text x", "text y", "text u"]
    assert columns["negative_1"][2] == columns["negative_2"][2] == "text x"  # B's only one, used twice
    for first, second in zip(columns["negative_1"][:2], columns["negative_2"][:2]):
        assert first != second and {first, second} <= {"text u", "text v", "text w"}


def test_training_columns_another_seed_draws_others():
    drawn = {training_columns(MINED, {"A": {"y"}}, TEXTS, seed=seed)["negative_1"][0] for seed in range(30)}
    assert drawn == {"text u", "text v", "text w"}
    assert training_columns(MINED, {"A": {"y"}}, TEXTS) == training_columns(MINED, {"A": {"y"}}, TEXTS)


def test_training_columns_feed_a_loss_of_sentence_transformers():
    # What a trainer does with columns: anchor, positive, negatives, each encoded; here with the smallest model.
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"text": 0, **{w: i for i, w in enumerate("ABCuvwxyz", 1)}, "?": 10}, "?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=4)], device="cpu")
    columns = training_columns(MINED, {"A": {"y", "x"}, "B": {"u"}}, TEXTS, negatives=2)
    features = [model.preprocess(column) for column in columns.values()]
    loss = MultipleNegativesRankingLoss(model)(features, None)
    assert loss.item() > 0


def test_training_columns_no_negative_asked_for_is_refused():
    with pytest.raises(InputError, match="at least 1"):
        training_columns(MINED, {}, TEXTS, negatives=0)
