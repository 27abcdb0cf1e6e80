"""One call from data to a folder: model, card, result."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from jobfit.errors import InputError, LeakageError
from jobfit.evaluation.statistics import Estimate
from jobfit.judged import Pair
from jobfit.settings import build
from jobfit.training.card import Card
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.objectives.preferences import PreferenceObjective
from jobfit.training.stages import Stage, contrastive_loss, fit, preference_loss, reference_scores

SETTINGS = TrainSettings(epochs=2, batch_size=8, learning_rate=3e-3, precision="f32", device="cpu", threads=1)


def test_fit_writes_a_model_that_sentence_transformers_loads_and_its_card(encoder, small_market, tmp_path):
    from sentence_transformers import SentenceTransformer

    model = encoder()
    train, validation = small_market(), small_market("validation")
    done = fit(model, train, validation, tmp_path / "out", SETTINGS)
    found = model.tokenise({"a": "nurse of ward"})
    theirs = SentenceTransformer(str(tmp_path / "out/model"), device="cpu").encode(["nurse of ward"])
    np.testing.assert_allclose(model.embed([found.tokens["a"]]), theirs, atol=2e-6)
    card = (tmp_path / "out/model/README.md").read_text()
    assert train.hash in card and validation.hash in card and done.sha256 in card
    assert "candidates_for_vacancy nDCG@10" in card and "95 % interval" in card
    assert "Not measured" in card  # groups
    result = json.loads((tmp_path / "out/result.json").read_text())
    assert result["trained"]["weights_sha256"] == done.sha256
    assert result["recipe"]["settings"]["epochs"] == 2


def test_card_shows_groups_where_they_were_measured():
    row = ("women: nDCG@10", Estimate(0.5, 0.4, 0.6, 12))
    text = Card({}, {}, {}, groups=[row]).markdown()
    assert "| women: nDCG@10 | 0.5000 | 0.4000 to 0.6000 | 12 |" in text


def test_shared_pair_is_leakage_before_anything_is_written(encoder, small_market, tmp_path):
    train = small_market()
    with pytest.raises(LeakageError):
        fit(encoder(), train, replace(train, split="validation"), tmp_path / "out", SETTINGS)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("method", ["rankpo", "simrankpo-hinge", "sft"])
def test_preferences_raise_alignment_on_what_was_learnt(encoder, small_market, tmp_path, method):
    data = small_market()
    model = encoder()
    before = reference_scores(model, data)
    fit(model, data, None, tmp_path / "out", replace(SETTINGS, epochs=8), stage=Stage(method))
    after = reference_scores(model, data)
    assert (after[:, 0] > after[:, 1]).mean() > (before[:, 0] > before[:, 1]).mean()


def test_reference_scores_kept_are_those_of_the_live_model(encoder, small_market):
    """At the start the policy is the reference: RankPO's gap is 0 and its loss log 2 for every pair."""
    data, model = small_market(), encoder()
    reference = reference_scores(model, data)
    objective = PreferenceObjective(data, preference_loss(Stage("rankpo")), reference)
    batch = objective.batch(np.arange(len(objective)), np.random.default_rng(0))
    tokens = model.tokenise(objective.texts()).tokens
    keys = list(batch.texts)
    vectors = model.encode_tokens([tokens[key] for key in keys])
    loss = objective.loss(lambda wanted: vectors[[keys.index(key) for key in wanted]], batch)
    assert loss.item() == pytest.approx(np.log(2), abs=1e-5)
    assert loss.requires_grad


def test_sft_weight_adds_sft_to_another_preference_loss():
    scores = [torch.tensor(values) for values in ([0.7, 0.2], [0.5, 0.4], [0.6, 0.3], [0.5, 0.3])]
    plain, sft, joint = (
        preference_loss(stage)(*scores, torch.ones(2)).item()
        for stage in (Stage("rankpo"), Stage("sft"), Stage("rankpo", sft_weight=0.5))
    )
    assert joint == pytest.approx(plain + 0.5 * sft)
    for method, weight in (("rankpo", -1.0), ("sft", 0.5), ("contrastive", 0.5)):
        with pytest.raises(InputError, match="sft_weight"):
            Stage(method, sft_weight=weight)  # type: ignore[arg-type]


def test_soft_labels_read_the_confidence():
    s_w, s_l, confidence = torch.tensor([0.7]), torch.tensor([0.6]), torch.tensor([0.65])
    loss = preference_loss(Stage("sft", soft_labels=True))(s_w, s_l, None, None, confidence)
    p = 1 / (1 + np.exp(-0.1 / 0.1))
    assert float(loss) == pytest.approx(-0.65 * np.log(p) - 0.35 * np.log(1 - p), abs=1e-5)


def test_contrastive_objective_gives_rejects_as_hard_negatives_and_marks_what_is_known(small_market):
    data = replace(small_market(), rejects=(Pair("train-c0", "train-v1", 0),))
    seen = []
    objective = ContrastiveObjective(data, lambda contrast: seen.append(contrast))
    first = [i for i, pair in enumerate(data.positives) if pair.candidate_id in ("train-c0", "train-c8")]
    batch = objective.batch(np.array(first), np.random.default_rng(0))
    assert batch.hard_vacancies == ("train-v1",)
    objective.loss(lambda keys: torch.zeros(len(keys), 4), batch)
    # c0 and c8 both fit v0, so each is known to fit the other's column; neither is known to fit v1
    assert seen[0].known.tolist() == [[True, True, False], [True, True, False]]
    assert (seen[0].hard_candidates, len(seen[0].hard_vacancies)) == (None, 1)


def test_texts_that_are_copies_are_known_to_fit(small_market):
    data = small_market()
    copies = replace(data, candidates={**data.candidates, "train-c1": data.candidates["train-c0"].upper() + " "})
    objective = ContrastiveObjective(copies, lambda contrast: contrast.known)
    chosen = [i for i, p in enumerate(copies.positives) if p.candidate_id in ("train-c0", "train-c1")]
    batch = objective.batch(np.array(chosen), np.random.default_rng(0))
    assert objective.loss(lambda keys: torch.zeros(2, 4), batch).all()


def test_balance_weighs_the_two_directions(small_market):
    rows = torch.nn.functional.normalize(torch.randn(3, 4, generator=torch.Generator().manual_seed(0)), dim=1)
    others = torch.nn.functional.normalize(torch.randn(3, 4, generator=torch.Generator().manual_seed(1)), dim=1)
    from jobfit.training.objectives.contrastive import Contrast

    seen = Contrast(rows, others, None, None, torch.eye(3, dtype=torch.bool))
    one, two, both = (float(contrastive_loss(Stage(balance=b))(seen)) for b in (2.0, 0.0, 1.0))
    assert both == pytest.approx((one + two) / 2, abs=1e-5)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"epoch": 3}, "unknown setting 'epoch'; there are: epochs"),
        ({"epochs": "three"}, "epochs should be a valid integer"),
        ({"epochs": True}, "epochs should be a valid integer"),
        ({"learning_rate": 0}, "learning_rate should be greater than 0, not 0"),
        ({"schedule": "step"}, "schedule should be 'linear', 'cosine' or 'constant', not 'step'"),
        ({"warm_up": 1.5}, "warm_up should be less than 1"),
        ({"batch_size": 0}, "batch_size should be greater than or equal to 1"),
    ],
)
def test_wrong_setting_is_refused_by_name(stated, words):
    with pytest.raises(InputError, match=words):
        build(TrainSettings, stated, "file.yaml")


def test_unknown_method_names_those_there_are():
    with pytest.raises(InputError, match="'contrastive', 'ranking', 'rankpo'"):
        Stage("dpo")
