"""The loss modules in sentence-transformers: its own loss as an oracle, its own trainer as the place to run."""

import os
from importlib.util import find_spec

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize

from jobfit.embeddings import Embeddings
from jobfit.errors import InputError
from jobfit.training.losses.contrastive import (
    EQUATION_1,
    Weights,
    confit_code_weights,
    contrastive_loss,
    two_sided_loss,
)
from jobfit.training.losses.preferences import METHODS, RANKPO, SIMRANKPO, PreferenceSettings, reference_scores
from jobfit.training.losses.sentence_transformers import RankPOLoss, TwoSidedContrastiveLoss

os.environ.setdefault("HF_HUB_OFFLINE", "1")

CANDIDATES = ["nurse care lyon", "data engineer python", "ten years of experience", "work in paris with data"]
VACANCIES = ["care team lyon", "develop python", "experience and work", "paris data team"]
HARD_CANDIDATES = ["nurse paris", "engineer", "years", "work in lyon"]
HARD_VACANCIES = ["care", "develop data", "ten", "paris team"]
COLUMNS = [CANDIDATES, VACANCIES, HARD_CANDIDATES, HARD_VACANCIES]


def features(model, *columns):
    return [model.preprocess(column) for column in columns]


def vectors(model, *columns):
    """Encode column by column, text by text: no padding at all."""
    rows = [[model(model.preprocess([text]))["sentence_embedding"][0] for text in column] for column in columns]
    return [normalize(torch.stack(column), dim=1) for column in rows]


def test_one_direction_equals_multiple_negatives_ranking_loss(model):
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    oracle = MultipleNegativesRankingLoss(model, scale=1 / 0.05)(features(model, *COLUMNS[:2], HARD_VACANCIES), None)
    weights = Weights(1.0, 0.0)
    loss = TwoSidedContrastiveLoss(model, 0.05, weights)
    assert loss(features(model, *COLUMNS[:2], HARD_VACANCIES)).item() == pytest.approx(oracle.item(), abs=1e-5)
    queries, documents, hard = vectors(model, *COLUMNS[:2], HARD_VACANCIES)
    positives = torch.eye(4, 8).bool()
    plain = contrastive_loss(queries, torch.cat([documents, hard]), positives, temperature=0.05)
    assert plain.item() == pytest.approx(oracle.item(), abs=1e-5)


def test_both_directions_without_hard_negatives_equal_the_symmetric_loss(model):
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    both = {"directions": ("query_to_doc", "doc_to_query"), "partition_mode": "per_direction"}
    oracle = MultipleNegativesRankingLoss(model, scale=20.0, **both)(features(model, *COLUMNS[:2]), None).item()
    given = features(model, *COLUMNS[:2])
    assert TwoSidedContrastiveLoss(model, 0.05, confit_code_weights())(given).item() == pytest.approx(oracle, abs=1e-5)
    assert TwoSidedContrastiveLoss(model, 0.05)(given).item() == pytest.approx(2 * oracle, abs=1e-5)


@pytest.mark.parametrize("own_hard", [False, True])
def test_two_sided_module_puts_hard_columns_on_their_side(model, own_hard):
    loss = TwoSidedContrastiveLoss(model, hard_candidates=1, own_hard=own_hard)(features(model, *COLUMNS))
    candidates, vacancies, *hard = vectors(model, *COLUMNS)
    hard = [one[:, None] if own_hard else one for one in hard]
    assert loss.item() == pytest.approx(two_sided_loss(candidates, vacancies, *hard).item(), abs=1e-5)


def test_two_sided_module_leaves_out_equal_texts_ids_and_known_positives(model):
    twice = ["care team lyon", "develop python", "Care team  lyon", "paris data team"]
    candidates, vacancies, hard = vectors(model, CANDIDATES, twice, HARD_VACANCIES)
    known = torch.zeros(4, 8, dtype=torch.bool)
    known[0, 2] = known[2, 0] = True
    given = features(model, CANDIDATES, twice, HARD_VACANCIES)
    expected = two_sided_loss(candidates, vacancies, None, hard, known)
    assert TwoSidedContrastiveLoss(model)(given).item() == pytest.approx(expected.item(), abs=1e-5)

    ids = torch.tensor([[1, 1, 5], [2, 2, 6], [3, 3, 1], [2, 4, 7]])  # candidate, vacancy, hard vacancy
    known[0, 6] = known[2, 6] = True  # vacancy 1 again, and its twin by text
    known[1, 3] = known[3, 1] = True  # candidate 2 fits vacancies 2 and 4
    known[3, 4] = True  # known, below
    known[1, 4] = True  # the same candidate
    loss = TwoSidedContrastiveLoss(model, known_positives=[(2, 5), (9, 9)])
    expected = two_sided_loss(candidates, vacancies, None, hard, known)
    assert loss(given, ids).item() == pytest.approx(expected.item(), abs=1e-5)


@pytest.mark.parametrize("chunk", [1, 3])
def test_modules_in_chunks_give_the_same_gradient(model, chunk):
    gradients = []
    for size in (None, chunk):
        model.zero_grad()
        TwoSidedContrastiveLoss(model, hard_candidates=1, chunk=size)(features(model, *COLUMNS)).backward()
        gradients.append(torch.cat([one.grad.flatten() for one in model.parameters() if one.grad is not None]))
    assert (gradients[1] - gradients[0]).abs().max() <= 1e-5 * gradients[0].abs().max()


TRIPLES = [("v0", "c0", "c1"), ("v1", "c1", "c3"), ("v2", "c2", "c0"), ("v3", "c3", "c2")]


def cached(model):
    """The reference's scores as ``model.encode`` gives them, before any training."""
    left = Embeddings(
        tuple(f"v{i}" for i in range(4)),
        model.encode(VACANCIES, normalize_embeddings=True, show_progress_bar=False),
        "r",
    )
    right = Embeddings(
        tuple(f"c{i}" for i in range(4)),
        model.encode(CANDIDATES, normalize_embeddings=True, show_progress_bar=False),
        "r",
    )
    return reference_scores(left, right, TRIPLES)


def texts_of(triples):
    return (
        [VACANCIES[int(v[1])] for v, _, _ in triples],
        [CANDIDATES[int(w[1])] for _, w, _ in triples],
        [CANDIDATES[int(r[1])] for _, _, r in triples],
    )


def test_cached_reference_scores_equal_live_ones_and_the_loss_too(model, model_folder):
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True).requires_grad_(False)
    scores = cached(reference)
    x, w, r = vectors(reference, *texts_of(TRIPLES))
    live = (x * w).sum(1), (x * r).sum(1)
    np.testing.assert_allclose(scores[:, 0], live[0].numpy(), atol=1e-6)
    np.testing.assert_allclose(scores[:, 1], live[1].numpy(), atol=1e-6)
    before = {name: one.clone() for name, one in reference.state_dict().items()}
    with torch.no_grad():  # the policy has moved away from its reference
        for one in model.parameters():
            one.add_(0.02 * torch.randn(one.shape, generator=torch.Generator().manual_seed(5)))
    label = torch.from_numpy(scores)
    loss = RankPOLoss(model, RANKPO)(features(model, *texts_of(TRIPLES)), label)
    x, w, r = vectors(model, *texts_of(TRIPLES))
    assert loss.item() == pytest.approx(RANKPO.loss((x * w).sum(1), (x * r).sum(1), *live).item(), abs=1e-5)
    assert loss.item() != pytest.approx(np.log(2), abs=1e-3)  # what it is where policy and reference agree
    loss.backward()
    assert all(one.grad is None for one in reference.parameters())
    assert all(torch.equal(one, before[name]) for name, one in reference.state_dict().items())


def test_rankpo_module_reads_the_label_as_its_settings_say(model):
    given = features(model, *texts_of(TRIPLES))
    x, w, r = vectors(model, *texts_of(TRIPLES))
    s_w, s_l = (x * w).sum(1), (x * r).sum(1)
    right = torch.tensor([0.9, 0.6, 1.0, 0.5])
    for method in ("simrankpo", "simrankpo-hinge", "sft"):
        expected = METHODS[method].loss(s_w, s_l, probability=right).item()
        loss = RankPOLoss(model, METHODS[method])(given, right)
        assert loss.item() == pytest.approx(expected, abs=1e-5)
        assert RankPOLoss(model, METHODS[method])(given).item() == pytest.approx(
            METHODS[method].loss(s_w, s_l).item(), abs=1e-5
        )
    three = torch.stack([s_w.detach(), s_l.detach(), right], dim=1)
    joint = PreferenceSettings(sft_weight=0.5)
    expected = joint.loss(s_w, s_l, s_w, s_l, right).item()
    assert RankPOLoss(model, joint, chunk=2)(given, three).item() == pytest.approx(expected, abs=1e-5)
    with pytest.raises(InputError, match="2 reference scores"):
        RankPOLoss(model, RANKPO)(given)
    with pytest.raises(InputError, match="0 reference scores"):
        RankPOLoss(model, SIMRANKPO)(given, three)


def test_modules_refuse_columns_and_labels_that_do_not_fit(model):
    with pytest.raises(InputError, match="2 columns"):
        TwoSidedContrastiveLoss(model, hard_candidates=1)(features(model, *COLUMNS[:2]))
    with pytest.raises(InputError, match="one id for each"):
        TwoSidedContrastiveLoss(model)(features(model, *COLUMNS[:2]), torch.zeros(4, 3))


def test_modules_leave_the_features_as_they_were(model):
    given = features(model, *COLUMNS)
    names = [set(column) for column in given]
    TwoSidedContrastiveLoss(model)(given).backward()
    assert [set(column) for column in given] == names  # nothing keeps the activations of a chunk alive


def test_settings_of_the_modules_reach_the_model_card(model):
    assert TwoSidedContrastiveLoss(model, 0.01).get_config_dict()["temperature"] == 0.01
    assert TwoSidedContrastiveLoss(model).get_config_dict()["weights"] == tuple(EQUATION_1)
    assert RankPOLoss(model, SIMRANKPO).get_config_dict()["reference_free"] is True


NEEDS_TRAINER = pytest.mark.skipif(
    find_spec("accelerate") is None or find_spec("datasets") is None,
    reason="sentence-transformers' trainer needs accelerate and datasets",
)
RATE = 0.1


def train_one_step(model, loss, columns, folder, bf16=False):
    """One step of plain SGD in the real SentenceTransformerTrainer; return the loss that it logs."""
    from datasets import Dataset
    from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments

    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        max_steps=1,
        per_device_train_batch_size=4,
        learning_rate=RATE,
        lr_scheduler_type="constant",
        optim="sgd",
        max_grad_norm=0.0,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        bf16=bf16,
    )
    data = Dataset.from_dict(columns)
    trainer = SentenceTransformerTrainer(model=model, args=arguments, train_dataset=data, loss=loss)
    trainer.train()
    return next(entry["loss"] for entry in trainer.state.log_history if "loss" in entry)


def after_our_step(model, loss):
    """Return the weights after one step of plain SGD on ``loss``."""
    loss.backward()
    return {name: one - RATE * one.grad for name, one in model.named_parameters() if one.grad is not None}


def contrastive_case(model):
    """Columns, the loss module, and our value of the same batch."""
    columns = dict(zip(("candidate", "vacancy", "other_candidate", "other_vacancy"), COLUMNS, strict=True))
    columns["label"] = [[i, i, 10 + i, 20 + i] for i in range(4)]
    known = torch.zeros(8, 8, dtype=torch.bool)
    known[0, 5] = True
    module = TwoSidedContrastiveLoss(model, hard_candidates=1, known_positives=[(0, 21)], chunk=3)
    return columns, module, lambda own: two_sided_loss(*vectors(own, *COLUMNS), known)


def preference_case(model):
    scores = cached(model)
    columns = dict(zip(("vacancy", "preferred", "rejected"), texts_of(TRIPLES), strict=True))
    reference = scores + np.array([-0.1, 0.1], dtype=np.float32)
    columns["label"] = reference.tolist()

    def ours(own):
        x, w, r = vectors(own, *texts_of(TRIPLES))
        return RANKPO.loss((x * w).sum(1), (x * r).sum(1), *torch.from_numpy(reference).T)

    return columns, RankPOLoss(model, RANKPO), ours


@NEEDS_TRAINER
@pytest.mark.filterwarnings("ignore")  # those of the trainer's own libraries
@pytest.mark.parametrize("case", [contrastive_case, preference_case], ids=["two-sided", "rankpo"])
def test_one_step_in_the_trainer_equals_ours(model, model_folder, tmp_path, case):
    from sentence_transformers import SentenceTransformer

    own = SentenceTransformer(str(model_folder), device="cpu", local_files_only=True)
    columns, module, ours = case(model)
    loss = ours(own)
    expected = after_our_step(own, loss)
    logged = train_one_step(model, module, columns, tmp_path)
    assert logged == pytest.approx(loss.item(), abs=2e-4)  # the trainer logs four digits
    moved = 0.0
    for name, one in model.named_parameters():
        if name in expected:
            torch.testing.assert_close(one, expected[name], atol=2e-5, rtol=1e-4)
            moved = max(moved, (expected[name] - dict(own.named_parameters())[name]).abs().max().item())
    assert moved > 1e-3


@NEEDS_TRAINER
@pytest.mark.filterwarnings("ignore")
def test_both_passes_in_chunks_run_in_bf16_in_the_trainer(model, tmp_path):
    seen = []
    layer = model[0].auto_model.encoder.layer[0].intermediate.dense
    layer.register_forward_hook(lambda _module, _given, result: seen.append(result.dtype))
    columns = {"candidate": CANDIDATES, "vacancy": VACANCIES}
    train_one_step(model, TwoSidedContrastiveLoss(model, chunk=2), columns, tmp_path, bf16=True)
    assert seen == [torch.bfloat16] * 8  # 2 columns, 2 chunks, 2 passes
