"""Lists of graded candidates: who is in them, what the loss sees, and training by a recipe's method ``ranking``."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from jobfit.errors import InputError
from jobfit.judged import Pair
from jobfit.scorers.pair_head import HeadSettings, PairHead
from jobfit.training.data import TrainingSet, hold_out
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.objectives.ranking import RankingObjective, graded_lists
from jobfit.training.stages import Stage, fit
from jobfit.training.validators import GradedListValidator

PEOPLE = {f"c{i}": f"person {i}" for i in range(6)}
OPENINGS = {f"v{i}": f"opening {i}" for i in range(4)}
GRADED = (
    *(Pair("c0", "v0", 4), Pair("c1", "v0", 0), Pair("c2", "v0", 2), Pair("c3", "v0", 0)),
    *(Pair("c0", "v1", 1), Pair("c4", "v1", 3)),
    *(Pair("c1", "v2", 2), Pair("c2", "v2", 2)),
)
DATA = TrainingSet(PEOPLE, OPENINGS, (Pair("c0", "v0"),), (Pair("c1", "v0", 0),), graded=GRADED)
VECTORS = torch.nn.functional.normalize(torch.randn(10, 5, generator=torch.Generator().manual_seed(1)), dim=1)


def vectors(keys):
    places = {f"c:{c}": i for i, c in enumerate(PEOPLE)} | {f"v:{v}": 6 + i for i, v in enumerate(OPENINGS)}
    return VECTORS[[places[key] for key in keys]]


def objective(name="lambdaloss@k", data=DATA, **settings):
    return RankingObjective(data, ranking_loss(name), **settings)


def drawn(made, chosen, seed=0):
    return made.batch(np.array(chosen), np.random.default_rng(seed))


def test_lists_hold_the_graded_alone_and_nobody_who_was_not_judged():
    assert graded_lists(DATA) == {
        "v0": {"c0": 4, "c1": 0, "c2": 2, "c3": 0},
        "v1": {"c0": 1, "c4": 3},
        "v2": {"c1": 2, "c2": 2},
    }
    shortlist = {"v0": ["c0", "c2", "c5"], "v3": ["c1"]}
    assert graded_lists(DATA, shortlist) == {"v0": {"c0": 4, "c2": 2}}


def test_without_grades_the_lists_are_positives_rejects_and_talent_pool():
    data = TrainingSet(PEOPLE, OPENINGS, (Pair("c0", "v0", 2),), (Pair("c1", "v0", 0),), pool=(Pair("c2", "v0"),))
    assert graded_lists(data) == {"v0": {"c0": 2, "c1": 0, "c2": 1}}


def test_vacancies_without_an_order_are_no_examples():
    made = objective()
    assert len(made) == 2
    assert set(made.texts()) == {"v:v0", "v:v1", "c:c0", "c:c1", "c:c2", "c:c3", "c:c4"}
    assert drawn(made, [0, 1]).grades == ((4, 0, 2, 0), (1, 3))


@pytest.mark.parametrize("name", ["lambdaloss@k", "softmax", "bce"])
def test_loss_is_that_of_each_list_alone_so_that_lists_accumulate(name):
    """The mean over lists: two batches of one list, weighted alike, step as one batch of two."""
    made = objective(name)
    together = made.loss(vectors, drawn(made, [0, 1]))
    apart = [made.loss(vectors, drawn(made, [i])) for i in (0, 1)]
    assert together.item() == pytest.approx(sum(one.item() for one in apart) / 2, rel=1e-6)
    cosines = vectors(["v:v0"]) @ vectors(["c:c0", "c:c1", "c:c2", "c:c3"]).T / 0.05
    expected = ranking_loss(name)(cosines, torch.tensor([[4, 0, 2, 0]])).item()
    assert apart[0].item() == pytest.approx(expected, rel=1e-5)


def test_a_head_orders_the_lists_and_is_all_that_is_trained():
    head = PairHead(5, HeadSettings(hidden=3, seed=1))
    made = objective("ranknet", head=head)
    asked, people = vectors(["v:v0"] * 4), vectors(["c:c0", "c:c1", "c:c2", "c:c3"])
    expected = ranking_loss("ranknet")(head.logits(head(people, asked))[None], torch.tensor([[4, 0, 2, 0]]))
    loss = made.loss(vectors, drawn(made, [0]))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    loss.backward()
    assert all(weights.grad.abs().sum() > 0 for weights in head.parameters() if weights.ndim == 2)
    (turn,) = made.turns()
    assert made.heads() == {"pairs": head} and not turn.encoder
    assert objective().heads() == {} and objective().turns()[0].encoder


def test_validator_of_lists_is_the_ndcg_of_the_heads_order():
    """By hand: gains are the grades; v2 has no order and is left out."""
    head = PairHead(5, HeadSettings(seed=2))
    validator = GradedListValidator(replace(DATA, split="validation"), head)
    assert set(validator.texts()) == {"v:v0", "v:v1", "c:c0", "c:c1", "c:c2", "c:c3", "c:c4"}
    values = []
    for vacancy, judged in (("v0", {"c0": 4, "c1": 0, "c2": 2, "c3": 0}), ("v1", {"c0": 1, "c4": 3})):
        people = vectors([f"c:{c}" for c in judged])
        scores = head.logits(head(people, vectors([f"v:{vacancy}"] * len(judged)))).tolist()
        grades = [grade for _, grade in sorted(zip(scores, judged.values(), strict=True), reverse=True)]
        gain, best = (
            sum(g / np.log2(place + 2) for place, g in enumerate(order))
            for order in (grades, sorted(grades, reverse=True))
        )
        values.append(gain / best)
    assert validator.measure(vectors).score == pytest.approx(np.mean(values), rel=1e-6)
    with pytest.raises(InputError, match="validation set"):
        GradedListValidator(DATA, head)
    equal = replace(DATA, split="validation", graded=GRADED[-2:])
    with pytest.raises(InputError, match="different grades"):
        GradedListValidator(equal, head)


def test_drawn_lists_are_of_the_length_asked_and_follow_from_the_generator():
    made = objective(length=2)
    seen = {drawn(made, [0], seed).candidates[0] for seed in range(30)}
    assert all(len(set(some)) == 2 for some in seen) and len(seen) > 6
    assert drawn(made, [0, 1], 3).candidates == drawn(made, [0, 1], 3).candidates


def test_lists_whose_drawn_grades_are_equal_are_counted_and_add_nothing():
    made = objective(length=2)
    losses = []
    for seed in range(40):
        batch = drawn(made, [0], seed)
        losses.append((set(batch.grades[0]) == {0}, made.loss(vectors, batch).item()))
    without = [loss for equal, loss in losses if equal]
    assert without and not any(without) and all(loss for equal, loss in losses if not equal)
    assert made.report() == {"lists_without_order": len(without) / 40}
    assert made.report() == {}


def test_scored_pairs_are_those_of_the_lists_with_what_was_decided():
    made = objective()
    _, pairs = made.scored(vectors, drawn(made, [0, 1]))
    assert list(zip(pairs.vacancies, pairs.candidates, pairs.labels.tolist(), strict=True)) == [
        ("v0", "c0", 1), ("v0", "c1", 0), ("v0", "c2", -1), ("v0", "c3", -1), ("v1", "c0", -1), ("v1", "c4", -1),
    ]  # fmt: skip
    with pytest.raises(InputError, match="no cell"):
        made.examples()


def test_data_without_two_grades_in_a_list_are_refused():
    for data in (replace(DATA, graded=GRADED[-2:]), TrainingSet(PEOPLE, OPENINGS, (Pair("c0", "v0"),))):
        with pytest.raises(InputError, match="two different grades"):
            objective(data=data)
    for settings, words in (({"temperature": 0.0}, "above 0"), ({"length": 1}, "has no order")):
        with pytest.raises(InputError, match=words):
            objective(**settings)
    with pytest.raises(InputError, match=r"grade is 0 or more, not -1"):
        replace(DATA, graded=(Pair("c0", "v0", -1),))


def test_stage_ranking_names_its_loss_and_refuses_another():
    with pytest.raises(InputError, match="no loss over lists is called 'lambdaloss'"):
        Stage("ranking", loss="lambdaloss")
    with pytest.raises(InputError, match="sft_weight"):
        Stage("ranking", sft_weight=1.0)
    Stage("ranking", loss="ndcg-loss2++")


def test_fit_with_the_method_ranking_orders_held_out_lists_better(encoder, small_market, tmp_path):
    from jobfit.training.loop.settings import TrainSettings

    data = small_market(candidates=48, vacancies=16)
    fits = {pair[:2] for pair in data.positives}
    graded = [Pair(c, v, 3 if (c, v) in fits else 0) for v in data.vacancies for c in data.candidates]
    train, validation = hold_out(replace(data, graded=tuple(graded)), 0.25)
    settings = TrainSettings(epochs=6, batch_size=4, learning_rate=3e-3, precision="f32", device="cpu", threads=1)
    done = fit(encoder(), train, validation, tmp_path / "out", settings, stage=Stage("ranking", k=5, length=12))
    (_, before), *_ = done.history
    assert done.best.score > before + 0.02
    log = (tmp_path / "out" / "log.jsonl").read_text()
    assert '"lists_without_order": 0' in log
