"""A learnt score over signals: what it adds up to, monotone curves, unknown signals, files, training by any loss."""

import json

import numpy as np
import pytest
import torch

from jobfit.errors import InputError, MissingExtraError, ModelError
from jobfit.scorers.signals import NetSettings, SignalRanker
from jobfit.scorers.trees import TreeSettings
from jobfit.training.losses.ranking import RANKING_LOSSES, ranking_loss
from jobfit.training.signals import FitSettings, SignalLists, fit_net, fit_trees, ndcg

NAMES = ("cosine", "words", "noise")
SMALL = TreeSettings(trees=30, learning_rate=0.1, leaves=7, smallest=5)


def lists(seed, count=60, length=12):
    """Grades by 2 cosine + words, hardly anything by noise; the last of every third list are padding."""
    random = np.random.default_rng(seed)
    table = random.random((count, length, 3)).astype(np.float32)
    worth = 2 * table[:, :, 0] + table[:, :, 1] + random.normal(0, 0.1, (count, length))
    grades = np.searchsorted([1.2, 1.7, 2.2], worth).astype(np.int64)
    left_out = np.zeros((count, length), dtype=bool)
    left_out[::3, 8:] = True
    return SignalLists(NAMES, table, grades, left_out)


TRAIN, TEST = lists(0), lists(1)


def quality(ranker, data=TEST):
    return float(np.nanmean(ndcg(ranker.scores(data.table.astype(np.float64)), data)))


LINES = NetSettings()


def net(settings=LINES, loss="lambdaloss@k", **more):
    how = FitSettings(**({"epochs": 10, "batch_size": 8, "learning_rate": 0.03} | more))
    return fit_net(TRAIN, settings, ranking_loss(loss), how)


CHANCE = float(np.nanmean([ndcg(np.random.default_rng(s).random((60, 12)), TEST) for s in range(5)]))


@pytest.mark.parametrize("loss", RANKING_LOSSES)
def test_every_loss_learns_to_weigh_the_signals(loss):
    assert quality(net(loss=loss)) > CHANCE + 0.5 * (1 - CHANCE)


@pytest.mark.parametrize(
    "made",
    [
        lambda: net(NetSettings(pieces=4)),
        lambda: net(NetSettings(monotone=True)),
        lambda: net(NetSettings("mlp", hidden=8, layers=2)),
        lambda: fit_trees(TRAIN, "lightgbm", SMALL),
        lambda: fit_trees(TRAIN, "xgboost", SMALL),
    ],
    ids=["curves", "monotone", "mlp", "lightgbm", "xgboost"],
)
def test_ranker_learns_and_is_the_same_when_it_is_read_again(made, tmp_path):
    ranker = made()
    assert quality(ranker) > CHANCE + 0.5 * (1 - CHANCE)
    ranker.save(tmp_path / "ranker")
    again = SignalRanker.load(tmp_path / "ranker")
    table = TEST.table.astype(np.float64)
    np.testing.assert_array_equal(again.scores(table), ranker.scores(table))
    assert again.names == NAMES
    assert made().scores(table).tolist() == ranker.scores(table).tolist()
    assert {path.suffix for path in (tmp_path / "ranker").iterdir()} <= {".json", ".safetensors", ".txt"}


@pytest.mark.parametrize("settings", [NetSettings(), NetSettings(pieces=5), NetSettings(pieces=3, monotone=True)])
def test_contributions_of_an_additive_ranker_add_up_to_the_score(settings):
    ranker = net(settings)
    table = TEST.table.astype(np.float64)
    parts = ranker.contributions(table)
    assert [*parts] == [*NAMES, "intercept"]
    np.testing.assert_allclose(sum(parts.values()), ranker.scores(table), atol=1e-5)
    middle = {name: float(values) for name, values in ranker.contributions(np.full(3, np.nan)).items()}
    assert middle["cosine"] == middle["words"] == middle["noise"] == 0
    spread = {name: np.ptp(values) for name, values in parts.items()}
    assert spread["cosine"] > spread["words"] > spread["noise"]


def test_monotone_curves_never_fall_where_free_ones_do():
    """Grades fall with the signal: a free line follows them down, a monotone one goes as flat as it can."""
    table = np.linspace(0, 1, 12, dtype=np.float32).reshape(1, 12, 1).repeat(20, axis=0)
    falling = SignalLists(
        ("s",), table, np.arange(11, -1, -1).repeat(20).reshape(12, 20).T // 4, np.zeros((20, 12), bool)
    )
    along = np.linspace(-1, 2, 50)[:, None]
    for monotone in (True, False):
        how = FitSettings(epochs=10, learning_rate=0.1)
        ranker = fit_net(falling, NetSettings(pieces=3, monotone=monotone), ranking_loss("ranknet"), how)
        steps = np.diff(ranker.scores(along))
        assert (steps >= -1e-6).all() == monotone


def test_beyond_the_training_values_a_curve_stays_at_its_end():
    ranker = net(NetSettings(pieces=2))
    table = TRAIN.table[~TRAIN.left_out].astype(np.float64)
    ends = np.stack([table.min(axis=0), table.max(axis=0)])
    np.testing.assert_allclose(ranker.scores(ends + np.array([[-5.0], [5.0]])), ranker.scores(ends), atol=1e-5)


@pytest.mark.parametrize("made", [lambda: net(NetSettings("mlp")), net], ids=["mlp", "additive"])
def test_unknown_signal_counts_as_the_training_mean(made):
    ranker = made()
    mean = np.nanmean(TRAIN.table[~TRAIN.left_out].astype(np.float64), axis=0)
    known, unknown = np.array([0.9, mean[1], 0.5]), np.array([0.9, np.nan, 0.5])
    assert float(ranker.scores(unknown)) == pytest.approx(float(ranker.scores(known)), abs=1e-6)


def test_lists_with_unknown_signals_and_a_constant_one_are_learnt_from():
    table = TRAIN.table.copy()
    table[:, :, 2] = 7.0
    table[::2, ::2, 1] = np.nan
    ranker = fit_net(
        SignalLists(NAMES, table, TRAIN.grades, TRAIN.left_out), NetSettings(pieces=3), ranking_loss("softmax")
    )
    assert quality(ranker) > CHANCE + 0.5 * (1 - CHANCE)
    assert np.isfinite(ranker.scores(np.array([np.nan, 0.2, 8.0])))


def test_same_seed_gives_the_same_weights_and_another_seed_others():
    table = TEST.table.astype(np.float64)
    torch.manual_seed(123)
    first = net(NetSettings("mlp"), "gumbel-approx-ndcg").scores(table)
    torch.manual_seed(321)
    assert (net(NetSettings("mlp"), "gumbel-approx-ndcg").scores(table) == first).all()
    assert (net(NetSettings("mlp"), "gumbel-approx-ndcg", seed=1).scores(table) != first).any()


def test_weights_of_the_best_epoch_on_validation_are_kept():
    how = FitSettings(epochs=12, learning_rate=0.5, batch_size=60)
    kept = fit_net(TRAIN, NetSettings("mlp"), ranking_loss("mse"), how, TEST)
    each = [
        quality(fit_net(TRAIN, NetSettings("mlp"), ranking_loss("mse"), FitSettings(e, 60, 0.5))) for e in range(1, 13)
    ]
    assert quality(kept) == pytest.approx(max(each), abs=1e-12) and max(each) > each[-1]


def test_ndcg_is_the_formula_and_leaves_out_what_is_padded():
    data = SignalLists(("s",), np.zeros((3, 3, 1), np.float32), np.array([[0, 2, 1], [0, 0, 0], [1, 0, 9]]),
                       np.array([[False] * 3, [False] * 3, [False, False, True]]))  # fmt: skip
    found = ndcg(np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0], [1.0, 2.0, 5.0]]), data, (1, 2, 10))
    d = [1, 1 / np.log2(3), 1 / 2]
    assert found[0].tolist() == pytest.approx([0, 3 * d[1] / (3 + d[1]), (3 * d[1] + d[2]) / (3 + d[1])])
    assert np.isnan(found[1]).all()
    assert found[2].tolist() == pytest.approx([0, d[1], d[1]])


def test_ndcg_equals_scikit_learn():
    from sklearn.metrics import ndcg_score

    whole = lists(2)
    whole = SignalLists(NAMES, whole.table, whole.grades, np.zeros_like(whole.left_out))
    scores = np.random.default_rng(0).random(whole.grades.shape)
    expected = [ndcg_score([2.0**g - 1], [s], k=5) for g, s in zip(whole.grades, scores, strict=True)]
    np.testing.assert_allclose(ndcg(scores, whole, (5,))[:, 0], expected, atol=1e-12)


def test_bad_tables_lists_and_settings_are_refused_by_name():
    ranker = net()
    without_grades = SignalLists(NAMES, TEST.table, TEST.grades * 0, TEST.left_out)
    for call, words in (
        (lambda: ranker.scores(np.zeros((2, 2))), "3 signals are expected"),
        (lambda: ranker.scores(np.array([np.inf, 0, 0])), "infinite"),
        (lambda: net(NetSettings("mlp")).contributions(np.zeros(3)), "only an additive"),
        (lambda: fit_trees(TRAIN, "lightgbm", SMALL).contributions(np.zeros(3)), "only an additive"),
        (lambda: NetSettings("mlp", monotone=True), "belong to the kind additive"),
        (lambda: SignalLists(NAMES, TRAIN.table[:, :, :2], TRAIN.grades, TRAIN.left_out), "do not make lists"),
        (lambda: SignalLists(NAMES, TRAIN.table, -TRAIN.grades, TRAIN.left_out), "below 0"),
        (lambda: TRAIN.some(np.array([], int)), "no list"),
        (lambda: fit_net(TRAIN, LINES, ranking_loss("mse"), FitSettings(1), without_grades), "a grade above 0"),
    ):
        with pytest.raises(InputError, match=words):
            call()


def test_altered_folder_and_missing_library_are_named(tmp_path, monkeypatch):
    net().save(tmp_path / "net")
    manifest = json.loads((tmp_path / "net" / "manifest.json").read_text())
    (tmp_path / "net" / "weights.safetensors").write_bytes(b"x")
    with pytest.raises(InputError, match=r"weights\.safetensors"):
        SignalRanker.load(tmp_path / "net")
    assert manifest["facts"]["signals"] == [*NAMES]
    fit_trees(TRAIN, "lightgbm", SMALL).save(tmp_path / "trees")
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    with pytest.raises(MissingExtraError, match=r"jobfit\[trees\]"):
        SignalRanker.load(tmp_path / "trees")


def test_weights_of_another_shape_are_no_model(tmp_path):
    from jobfit.artifacts import write_manifest

    net().save(tmp_path / "net")
    facts = {"signals": ["a", "b"], "net": {"kind": "additive"}}
    write_manifest(tmp_path / "net", "jobfit-signal-ranker-1", facts)
    with pytest.raises(ModelError, match=r"missing|unexpected|another shape"):
        SignalRanker.load(tmp_path / "net")
