"""Classification of a held-out log: the threshold is validation's, the numbers are those of `jobfit.evaluation`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn import metrics

from jobfit.errors import InputError, LeakageError
from jobfit.evaluation.classification import Threshold, classify
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.experiments.classification import (
    MEASURES,
    classification_table,
    classified,
    classify_key,
    estimates,
    read_again,
    why_no_classification,
)
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.experiment import Results
from jobfit.experiments.rows import Row
from jobfit.experiments.trial import RowCache
from jobfit.judged import Judged, Pair, Task
from jobfit.runs import Qrels


@pytest.fixture
def data(small_market):
    """Validation and held-out pairs: the trade is the same (accepted) or the next one (turned down)."""
    train, validation, test = small_market(), small_market("validation"), small_market("train", seed=5)
    rejects = tuple(Pair(f"validation-c{n}", f"validation-v{(n + 1) % 8}", 0) for n in range(12))
    candidates = {f"t-{i}": text for i, text in test.candidates.items()}
    vacancies = {f"t-{i}": text for i, text in test.vacancies.items()}
    labelled = [Pair(f"t-train-c{n}", f"t-train-v{(n + n % 2) % 8}", int(n % 2 == 0)) for n in range(24)]
    task = Task("candidates_for_vacancy", "test", Qrels({"t-train-v0": {"t-train-c0": 1}}), measures=("RR",))
    part = Judged(candidates, vacancies, (task,))
    return ExperimentData("x", train, replace(validation, rejects=rejects), part, labelled=tuple(labelled))


def noisy(candidates, vacancies, pairs):
    """Scores that know the label of most pairs."""
    random = np.random.default_rng(len(pairs))
    return np.array([0.5 + 0.2 * (pair.grade > 0) + random.normal(0, 0.1) for pair in pairs])


def keep(folder, data, score=noisy, seeds=(1,), key="whole"):
    row_cache = RowCache(folder, {"recipe": "x"})
    for seed in seeds:
        row_cache.keep(classify_key(key), seed, classified(data, score))
    return row_cache


def test_one_seed_gives_what_evaluation_gives(data, tmp_path):
    test, threshold = read_again(keep(tmp_path / "out", data).find("classify-whole", 1))
    expected = classify(test, threshold).measures
    assert estimates([(test, threshold)]) == {name: pytest.approx(expected[name]) for name in MEASURES}
    decided = test.scores >= threshold.value
    found = estimates([(test, threshold)])
    assert found["f1_weighted"].mean == pytest.approx(metrics.f1_score(test.labels, decided, average="weighted"))
    assert found["roc_auc"].mean == pytest.approx(metrics.roc_auc_score(test.labels, test.scores))
    assert found["precision"].mean == pytest.approx(metrics.precision_score(test.labels, decided))
    assert found["recall"].mean == pytest.approx(metrics.recall_score(test.labels, decided))


def test_kept_row_holds_every_labelled_pair_once(data, tmp_path):
    test, _ = read_again(keep(tmp_path / "out", data).find("classify-whole", 1))
    assert (len(test), test.positives) == (24, 12)
    assert {vacancy for vacancy, _ in test.pairs} == {pair.vacancy_id for pair in data.labelled}


def test_threshold_is_validations_whatever_the_held_out_labels_say(data):
    turned = tuple(sorted(pair._replace(grade=1 - pair.grade) for pair in data.labelled))
    notes = classified(data, noisy).notes
    assert notes == classified(replace(data, labelled=turned), noisy).notes
    part = data.validation
    pairs = (*part.positives, *part.rejects)
    scores, labels = noisy({}, {}, pairs), np.array([pair.grade for pair in pairs])

    def reached(value):
        return metrics.f1_score(labels, scores >= value, average="weighted", zero_division=0.0)

    assert notes["reached_on_validation"] == pytest.approx(reached(notes["threshold"]))
    assert notes["reached_on_validation"] == pytest.approx(max(reached(value) for value in scores))


def test_mean_is_over_seeds_and_spread_seeds_widen_the_interval():
    random = np.random.default_rng(0)
    ids = [(f"v{n // 5}", str(n)) for n in range(200)]
    labels = random.integers(2, size=200)

    def of(strength):
        return ScoredPairs.of(ids, labels, labels * strength + random.random(200)), Threshold.stated(0.7)

    good, bad = of(1.0), of(0.0)
    alone = [estimates([one])["roc_auc"] for one in (good, bad)]
    both = estimates([good, bad])["roc_auc"]
    assert both.mean == pytest.approx((alone[0].mean + alone[1].mean) / 2)
    assert both.high - both.low > 2 * max(one.high - one.low for one in alone)


def test_measure_that_a_seed_leaves_undefined_has_no_value():
    test = ScoredPairs.of([("v", "a"), ("w", "b")], [1, 0], [0.4, 0.2])
    found = estimates([(test, Threshold.stated(0.3)), (test, Threshold.stated(0.9))])
    assert found["precision"].mean is None and found["recall"].mean == pytest.approx((1 + 0) / 2)


def test_row_without_a_model_says_not_measured(data, tmp_path):
    row_cache = keep(tmp_path / "out", data)
    rows = (Row("whole", "Whole", {}), Row("hyre", "HyRe", {}))
    table = classification_table(Results(rows, row_cache, (1,)), ["whole", "hyre"], "")
    cells = dict(table.rows)
    assert set(cells["HyRe"]) == {"not measured"}
    assert cells["all accepted"][3].mean == 1.0 and cells["all accepted"][1].mean == 0.5
    assert cells["Whole"][1].mean > 0.6
    some = classification_table(Results(rows, row_cache, (1, 2)), ["whole"], "")
    assert some.rows[-1][0] == "Whole (seeds 1 alone)"
    assert all(len(row) == len(table.columns) for _, row in table.rows)
    assert table.as_json()["rows"][-1]["cells"]["ROC-AUC"] == "not measured"


def test_reasons_why_nothing_can_be_classified(data, tmp_path):
    assert why_no_classification(data) == ""
    assert "held out" in why_no_classification(replace(data, labelled=()))
    accepted = tuple(pair for pair in data.labelled if pair.grade)
    assert why_no_classification(replace(data, labelled=accepted)) == "the held-out pairs have one class only"
    one_class = replace(data, validation=replace(data.validation, rejects=()))
    assert why_no_classification(one_class) == "the validation pairs have one class only"
    with pytest.raises(InputError, match="one class"):
        classified(one_class, noisy)
    results = Results((Row("whole", "Whole", {}),), RowCache(tmp_path / "out", {}), (1,))
    table = classification_table(results, ["whole"], why_no_classification(one_class))
    assert table.said == "Not measured: the validation pairs have one class only."


def test_labelled_pair_that_is_trained_on_is_refused(data):
    with pytest.raises(LeakageError, match="1 labelled pairs of the held-out part are trained on"):
        replace(data, labelled=(*data.labelled, data.train.positives[0]))
