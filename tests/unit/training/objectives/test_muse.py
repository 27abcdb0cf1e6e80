"""What MUSE's tiers learn from: in-batch softmax with log q, triplets, and hires and applications over shown pairs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.scorers.facets import FacetSettings, FacetTowers
from jobfit.scorers.tiers import PairNet, TierSettings, pair_scores
from jobfit.training.data import TrainingSet
from jobfit.training.frozen import FrozenEncoder
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.objectives.facets import FacetLoss, FacetObjective, FacetValidator
from jobfit.training.objectives.tiers import Shown, TierLoss, TierObjective, TierValidator

SETTINGS = FacetSettings(text=5, skills=0, geography=0, pay=0, contract=0, text_input=6)
WIDTH = sum(SETTINGS.inputs.values())
PAIRS = (Pair("c0", "v0"), Pair("c1", "v1"), Pair("c2", "v0"), Pair("c3", "v2"))


def data(pairs=PAIRS, split="train"):
    texts = [{f"{side}{n}": f"text {side}{n}" for n in range(6)} for side in "cv"]
    return TrainingSet(*texts, pairs, split=split)


def rows(seed=0):
    generator = np.random.default_rng(seed)
    keys = [f"{side}:{side}{n}" for side in "cv" for n in range(6)]
    return {key: generator.standard_normal(WIDTH).astype(np.float32) for key in keys}


def looked_up(table):
    return lambda keys: torch.from_numpy(np.stack([table[key] for key in keys]))


@pytest.mark.parametrize("log_q", [True, False])
def test_softmax_is_the_corrected_cross_entropy_of_both_directions(log_q):
    towers, table = FacetTowers(SETTINGS), rows()
    objective = FacetObjective(data(), towers, FacetLoss(temperature=0.5, log_q=log_q))
    batch = objective.batch(np.arange(4), np.random.default_rng(0))
    found = float(objective.loss(looked_up(table), batch).detach())
    with torch.no_grad():
        u = towers(looked_up(table)([f"c:{p.candidate_id}" for p in PAIRS]), "candidate")
        v = towers(looked_up(table)([f"v:{p.vacancy_id}" for p in PAIRS]), "vacancy")
    scores = (u @ v.T / 0.5).double().numpy()
    share = {"v0": 2 / 4, "v1": 1 / 4, "v2": 1 / 4}
    q_openings = np.log([share[p.vacancy_id] for p in PAIRS]) * log_q
    q_people = np.log([1 / 4] * 4) * log_q
    known = {(p.candidate_id, p.vacancy_id) for p in PAIRS}
    total = 0.0
    for i, one in enumerate(PAIRS):
        row = [scores[i, j] - q_openings[j] for j, o in enumerate(PAIRS)
               if j == i or (one.candidate_id, o.vacancy_id) not in known]  # fmt: skip
        column = [scores[j, i] - q_people[j] for j, o in enumerate(PAIRS)
                  if j == i or (o.candidate_id, one.vacancy_id) not in known]  # fmt: skip
        total += np.log(np.exp(row).sum()) - (scores[i, i] - q_openings[i])
        total += np.log(np.exp(column).sum()) - (scores[i, i] - q_people[i])
    assert found == pytest.approx(total / (2 * len(PAIRS)), rel=1e-5)


def test_triplet_takes_the_hardest_other_that_is_no_positive():
    towers, table = FacetTowers(SETTINGS), rows()
    objective = FacetObjective(data(), towers, FacetLoss("triplet", margin=0.3))
    batch = objective.batch(np.arange(4), np.random.default_rng(0))
    with torch.no_grad():
        u = towers(looked_up(table)([f"c:{p.candidate_id}" for p in PAIRS]), "candidate").numpy()
        v = towers(looked_up(table)([f"v:{p.vacancy_id}" for p in PAIRS]), "vacancy").numpy()
    s, known = u @ v.T, {(p.candidate_id, p.vacancy_id) for p in PAIRS}
    other = np.array([[-np.inf if (a.candidate_id, b.vacancy_id) in known else s[i, j] for j, b in enumerate(PAIRS)]
                      for i, a in enumerate(PAIRS)])  # fmt: skip
    hardest = np.concatenate([other.max(axis=1), other.max(axis=0)])
    expected = np.maximum(0, 0.3 - np.concatenate([s.diagonal(), s.diagonal()]) + hardest).mean()
    assert float(objective.loss(looked_up(table), batch).detach()) == pytest.approx(expected, rel=1e-5)


def test_a_batch_of_one_positive_alone_has_a_loss_that_is_finite():
    objective = FacetObjective(data(), FacetTowers(SETTINGS), FacetLoss("triplet"))
    batch = objective.batch(np.array([0]), np.random.default_rng(0))
    assert float(objective.loss(looked_up(rows()), batch).detach()) == 0.0


def test_no_positive_is_refused():
    with pytest.raises(InputError, match="no positive pair"):
        FacetObjective(data(()), FacetTowers(SETTINGS))


def test_towers_learn_and_rank_people_and_vacancies_that_they_never_saw(tmp_path):
    generator = np.random.default_rng(1)
    hidden = generator.standard_normal((60, 3)).astype(np.float32)
    turn = np.linalg.qr(generator.standard_normal((6, 6)))[0][:, :3].astype(np.float32)

    def row(values):
        return np.concatenate([values, np.zeros(WIDTH - 6, dtype=np.float32)])

    # a vacancy states what it wants in other coordinates than a person what they have
    table = {f"c:c{n}": row(np.concatenate([hidden[n], [0, 0, 0]]).astype(np.float32)) for n in range(60)}
    table |= {f"v:v{n}": row(turn @ hidden[n]) for n in range(60)}
    texts = [{f"{side}{n}": f"text {side}{n}" for n in range(60)} for side in "cv"]
    pairs = [Pair(f"c{n}", f"v{n}") for n in range(60)]
    train, validation = (
        TrainingSet(*texts, tuple(pairs[:40])),
        TrainingSet(*texts, tuple(pairs[40:]), split="validation"),
    )
    towers = FacetTowers(SETTINGS)
    vectors = FrozenEncoder.of_rows("made up", table)
    validator = FacetValidator(validation, towers)
    before = validator.measure(vectors_of(vectors)).score
    loop = TrainSettings(epochs=60, batch_size=40, learning_rate=0.02, precision="f32", device="cpu", threads=1)
    Trainer(vectors, FacetObjective(train, towers), loop, tmp_path / "run", data_hash="x", validator=validator).run()
    after = validator.measure(vectors_of(vectors)).score
    assert before < 0.2 and after > 0.4


def vectors_of(frozen):
    def embed(keys):
        tokens = frozen.tokenise(dict.fromkeys(keys, "")).tokens
        return frozen.embed([tokens[key] for key in keys])

    return embed


SHOWN = (
    Shown("c0", "v0", 1, 1), Shown("c1", "v0", 1, 0), Shown("c2", "v1", 0, 0), Shown("c3", "v1", 1, -1),
)  # fmt: skip
FACTS = np.array([[1.0, np.nan], [0.0, 2.0], [0.5, np.nan], [0.2, 1.0]], dtype=np.float32)


def net(tier, dropout=0.0):
    return PairNet(TierSettings(tier, size=4, facts=2, hidden=3, dropout=dropout))


def small(seed=2):
    generator = np.random.default_rng(seed)
    keys = [f"{side}:{side}{n}" for side in "cv" for n in range(4)]
    return {key: generator.standard_normal(4).astype(np.float32) for key in keys}


@pytest.mark.parametrize("tier", [1, 2])
def test_loss_is_that_of_known_hires_and_of_applications(tier):
    model, table = net(tier), small()
    objective = TierObjective(SHOWN, FACTS, model, TierLoss(apply_weight=0.7, head_weight=0.3))
    batch = objective.batch(np.arange(4), np.random.default_rng(0))
    found = float(objective.loss(looked_up(table), batch).detach())
    with torch.no_grad():
        u, v = (
            looked_up(table)([f"{s}:{getattr(p, f)}" for p in SHOWN])
            for s, f in (("c", "candidate_id"), ("v", "vacancy_id"))
        )
        out = model(u, v, torch.from_numpy(FACTS))

    def bce(logits, labels):
        p = torch.sigmoid(logits.double())
        labels = torch.tensor(labels, dtype=torch.float64)
        return float(-(labels * p.log() + (1 - labels) * (1 - p).log()).mean())

    expected = bce(out.hire[:3], [1, 0, 0])  # the fourth ended nobody knows how
    if tier == 2:
        expected += 0.7 * bce(out.applied, [1, 1, 0, 1]) + 0.3 * bce(out.hired[:2], [1, 0])
    assert found == pytest.approx(expected, rel=1e-5)


def test_network_reads_vector_facts_product_and_score_and_counts_unknown_as_the_mean():
    model = net(1)
    model.fit_scale(FACTS)
    generator = torch.Generator().manual_seed(0)
    u, v = (torch.randn((2, 4), generator=generator) for _ in range(2))
    facts = torch.tensor([[1.0, float("nan")], [0.0, 3.0]])
    scaled = (torch.tensor([[1.0, 1.5], [0.0, 3.0]]) - torch.tensor([0.425, 1.5])) / model.spread
    features = torch.cat([u, scaled, u * v, (u * v).sum(1, keepdim=True)], dim=1)
    hidden = functional.relu(features @ model.trunk[0].weight.T + model.trunk[0].bias)
    expected = (hidden @ model.heads.weight.T + model.heads.bias)[:, 0]
    assert torch.allclose(model(u, v, facts).hire, expected, atol=1e-6)


def test_top_begins_as_the_product_of_applying_and_being_hired_and_falls_with_neither():
    model = net(2)
    u, v = torch.randn((5, 4)), torch.randn((5, 4))
    out = model(u, v, torch.zeros((5, 2)))
    product = torch.sigmoid(out.applied) * torch.sigmoid(out.hired)
    assert torch.allclose(out.hire.exp(), product, atol=1e-4)
    with torch.no_grad():
        model.top -= 50.0
    assert (functional.softplus(model.top[:2]) >= 0).all()


def test_a_head_of_one_class_is_refused():
    with pytest.raises(InputError, match="none was hired"):
        TierObjective([one._replace(hired=0) for one in SHOWN], FACTS, net(1))
    with pytest.raises(InputError, match="the apply head needs both"):
        TierObjective([one._replace(applied=1) for one in SHOWN], FACTS, net(2))
    with pytest.raises(InputError, match="4 pairs"):
        TierObjective(SHOWN, FACTS[:2], net(1))
    with pytest.raises(InputError, match="ended alike"):
        TierValidator([SHOWN[1], SHOWN[2]], FACTS[1:3], net(1))


def test_a_batch_whose_hires_are_all_unknown_has_a_connected_loss_of_nothing():
    model = net(1)
    objective = TierObjective(SHOWN, FACTS, model)
    loss = objective.loss(looked_up(small()), objective.batch(np.array([3]), np.random.default_rng(0)))
    loss.backward()
    assert float(loss.detach()) == 0.0 and model.heads.weight.grad is not None


def test_scores_do_not_depend_on_the_other_pairs_of_the_call():
    model, table = net(2, dropout=0.5), small()
    u, v = np.stack([table[f"c:c{n}"] for n in range(4)]), np.stack([table[f"v:v{n}"] for n in range(4)])
    together = pair_scores(model, u, v, FACTS)
    assert together == pytest.approx(
        [float(pair_scores(model, u[[n]], v[[n]], FACTS[[n]])[0]) for n in range(4)], abs=1e-5
    )
    assert pair_scores(model, u[:0], v[:0], FACTS[:0]).shape == (0,)
