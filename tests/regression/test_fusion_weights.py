"""benchmarks/fusion_weights.py, which learns the weights that the package ships."""

import importlib.util
import math
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.records import Document
from jobfit.retrieval.kinds import TextKind
from jobfit.retrieval.weights import SIGNALS, Weights, read_table
from jobfit.runs import Qrels

_path = Path(__file__).resolve().parents[2] / "benchmarks/fusion_weights.py"
_spec = importlib.util.spec_from_file_location("fusion_weights", _path)
module = sys.modules["fusion_weights"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(module)
Judged, grid, judge, learn_weights, ndcg, to_toml = (
    getattr(module, name) for name in ("Judged", "grid", "judge", "learn_weights", "ndcg", "to_toml")
)

TITLE_EN = (TextKind.TITLE, "en")


def judged(value, count, name="set", cell=TITLE_EN):
    """Queries on which the mixture with shares w has nDCG value(w)."""
    values = np.array([value(dict(zip(SIGNALS, row, strict=True))) for row in grid()], dtype=np.float32)
    return [Judged(name, cell, values)] * count


def test_grid_holds_every_share_once_and_each_sums_to_one():
    rows = grid()
    assert len(rows) == math.comb(20 + 3, 3) == len({tuple(row) for row in rows})
    assert rows.sum(axis=1) == pytest.approx(1)


def test_ndcg_is_the_golden_value():
    gains = np.array([0.0, 2.0, 1.0])
    scores = np.array([[3.0, 1.0], [2.0, 3.0], [1.0, 2.0]])
    ideal = 2 / math.log2(2) + 1 / math.log2(3)
    assert ndcg(scores, gains, gains) == pytest.approx([(2 / math.log2(3) + 1 / math.log2(4)) / ideal, 1.0])


def test_learn_weights_finds_the_best_mixture():
    learnt = learn_weights(judged(lambda w: 1 - abs(w["dense"] - 0.7) - abs(w["characters"] - 0.3), 40))
    assert learnt[TITLE_EN].weights == Weights(dense=0.7, characters=0.3)
    assert learnt[TITLE_EN].single == "dense"


def test_learn_weights_gain_that_may_be_chance_falls_back_to_the_better_signal():
    # Half of the queries gain by characters what the others lose: a mixture that is a hair better on average.
    up, down = (judged(lambda w, s=s: 0.5 * w["dense"] + s * w["characters"], 20) for s in (1.0, 0.02))
    found = learn_weights(up + down)[TITLE_EN]
    assert found.p > 0.05
    assert found.weights == Weights(characters=1.0) and found.single == "characters"


def test_learn_weights_set_where_a_mixture_does_worst_decides():
    one = judged(lambda w: w["dense"], 100, "one")
    two = judged(lambda w: w["characters"], 30, "two")
    # Regret is 1 - dense on one set and 1 - characters on the other, however many queries each has.
    assert learn_weights(one + two)[TITLE_EN].mixture == Weights(dense=0.5, characters=0.5)


def test_learn_weights_too_few_queries_are_refused():
    with pytest.raises(InputError, match="at least 30"):
        learn_weights(judged(lambda w: w["dense"], 29))


def test_judge_values_are_those_of_the_ranking():
    corpus = [Document("a", "Night nurse"), Document("b", "Bricklayer"), Document("c", "Cook")]
    qrels = Qrels({"q": {"a": 1}, "nothing": {"b": 0}})
    queries = [Document("q", "Nurse"), Document("nothing", "Brick"), Document("unjudged", "Cook")]
    [found] = judge("set", queries, corpus, qrels, HashingEncoder(256))
    assert found.cell == TITLE_EN
    assert found.values[grid()[:, 0] == 1] == pytest.approx([1.0])  # the words alone find it


def test_to_toml_is_what_the_reader_reads():
    learnt = learn_weights(judged(lambda w: w["dense"], 40))
    text = to_toml("my-model", learnt, ["made up", ""])
    table = read_table(tomllib.loads(text), "made up")
    assert table.weights(TextKind.TITLE, "en", "my-model-openvino") == Weights(dense=1.0)
    assert text.startswith("# made up\n#\n")
