"""Utility + β · fairness in the loop: what the term sees, what it changes, what the log says."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from jobfit.errors import InputError
from jobfit.groups import UNDECLARED, Groups
from jobfit.judged import Pair
from jobfit.scorers.pair_head import HeadSettings, PairHead
from jobfit.training.errors import TrainingError
from jobfit.training.group_access import GroupAccess
from jobfit.training.loop.objective import Turn, candidate_key, each_once, vacancy_key
from jobfit.training.losses.group_gaps import GapSettings
from jobfit.training.losses.ranking import ranking_loss
from jobfit.training.objectives.fairness import FairnessObjective
from jobfit.training.objectives.group_terms import ExposureTerm, GapTerm, GroupLossTerm
from jobfit.training.objectives.mixture import MixedObjective, Part
from jobfit.training.objectives.pair_classifier import pair_objective
from jobfit.training.objectives.ranking import RankingObjective
from jobfit.training.objectives.scored import ScoredPairs, ScoringObjective


@dataclass(frozen=True)
class Batch:
    candidates: list[str]
    vacancies: list[str]
    labels: list[int]

    @property
    def examples(self):
        return [f"{c}+{v}" for c, v in zip(self.candidates, self.vacancies)]

    @property
    def texts(self):
        return each_once([candidate_key(i) for i in self.candidates], [vacancy_key(i) for i in self.vacancies])


class Pairs(ScoringObjective):
    """Positives of the market and as many pairs at random: a linear layer over the product, cross-entropy."""

    def __init__(self, data):
        self.data = data
        draw = np.random.default_rng(0)
        right = [(p.candidate_id, p.vacancy_id, 1) for p in data.positives]
        wrong = [(c, str(draw.choice(sorted(data.vacancies))), 0) for c, _, _ in right]
        self.rows = right + wrong
        with torch.random.fork_rng():
            torch.manual_seed(7)
            self.head = nn.Linear(32, 1)

    def __len__(self):
        return len(self.rows)

    def texts(self):
        people = {candidate_key(i): text for i, text in self.data.candidates.items()}
        return people | {vacancy_key(i): text for i, text in self.data.vacancies.items()}

    def facts(self):
        return {"objective": "pairs"}

    def heads(self):
        return {"head": self.head}

    def examples(self):
        return [c for c, _, _ in self.rows], [label for _, _, label in self.rows]

    def batch(self, chosen, generator):
        return Batch(*(list(column) for column in zip(*(self.rows[i] for i in chosen))))

    def scored(self, vectors, batch):
        product = vectors([candidate_key(i) for i in batch.candidates]) * vectors(
            [vacancy_key(i) for i in batch.vacancies]
        )
        logits = self.head(product)[:, 0]
        labels = torch.tensor(batch.labels, device=logits.device)
        pairs = ScoredPairs(logits, labels, batch.candidates, batch.vacancies)
        return functional.binary_cross_entropy_with_logits(logits, labels.float()), pairs


@pytest.fixture
def data(small_market):
    return small_market()


def groups_of(data, name="g", unknown=3):
    people = sorted(data.candidates)
    values = {i: {name: "ab"[n % 2] if n >= unknown else UNDECLARED} for n, i in enumerate(people)}
    return Groups(values)


@pytest.fixture
def access(data):
    return GroupAccess.of(groups_of(data), ["g"], data.candidates)


def trained(make_trainer, name, objective, **settings):
    trainer = make_trainer(name, objective=objective, **{"validate": False, "epochs": 2, "batch_size": 8} | settings)
    ended = trainer.run()
    lines = [json.loads(line) for line in (trainer.folder / "log.jsonl").read_text().splitlines()]
    weights = trainer.model.digest(), [p.detach().clone() for h in objective.heads().values() for p in h.parameters()]
    return ended, weights, [line for line in lines if line["event"] == "step"]


def same(one, other):
    return one[0] == other[0] and all(torch.equal(a, b) for a, b in zip(one[1], other[1], strict=True))


def test_beta_0_trains_to_the_bits_of_the_utility_and_still_counts(make_trainer, data, access):
    _, plain, _ = trained(make_trainer, "plain", Pairs(data))
    _, weights, log = trained(make_trainer, "zero", FairnessObjective(Pairs(data), access, beta=0.0))
    assert same(plain, weights)
    assert all(0 < line["fairness_active_rate"] <= 1 for line in log)


def test_beta_changes_the_weights_and_names_of_groups_do_not(make_trainer, data, access):
    _, plain, _ = trained(make_trainer, "plain", Pairs(data))
    _, one, _ = trained(make_trainer, "one", FairnessObjective(Pairs(data), access, beta=1.0))
    assert not same(plain, one)
    swapped = {i: {"g": {"a": "z", "b": "m"}.get(v["g"], v["g"])} for i, v in groups_of(data).values.items()}
    renamed = GroupAccess.of(Groups(swapped), ["g"], data.candidates)
    _, other, _ = trained(make_trainer, "other", FairnessObjective(Pairs(data), renamed, beta=1.0))
    assert same(one, other)


def test_a_large_beta_narrows_the_gap_that_utility_alone_opens(make_trainer, data):
    """Labels that follow the group, and a group that follows the occupation: the utility learns the gap."""
    occupation = {i: text.split()[0] for i, text in data.candidates.items()}
    first = set(sorted(set(occupation.values()))[::2])
    access = GroupAccess.of(Groups({i: {"g": "ab"[o in first]} for i, o in occupation.items()}), ["g"], occupation)
    gaps = {}
    for beta in (0.0, 20.0):
        utility = Pairs(data)
        utility.rows = [(c, v, int(occupation[c] in first)) for c, v, _ in utility.rows]
        objective = FairnessObjective(utility, access, beta=beta)
        _, _, log = trained(make_trainer, f"beta-{beta}", objective, epochs=12)
        gaps[beta] = log[-1]["fairness_gap"]
    assert gaps[0.0] > 0.05
    assert gaps[20.0] < gaps[0.0] / 2


def test_the_attribute_is_in_no_text_and_no_vector(data, access):
    """The encoder is asked for the utility's texts alone, and the scores it gets are the utility's."""
    utility, objective = Pairs(data), FairnessObjective(Pairs(data), access, beta=1.0)
    chosen, draw = np.arange(6), np.random.default_rng(0)
    assert objective.texts() == utility.texts()
    assert objective.batch(chosen, draw) == utility.batch(chosen, draw)
    facts = json.dumps(objective.facts())
    assert access.digest in facts and '"a"' not in facts


@pytest.mark.parametrize("term", [lambda: GapTerm(GapSettings(memory=8.0)), GroupLossTerm], ids=["gap", "losses"])
def test_killed_and_resumed_training_ends_in_the_same_bytes(make_trainer, data, access, term):
    """What a term remembers is kept with the weights."""

    def objective():
        return FairnessObjective(Pairs(data), access, beta=2.0, term=term(), least=1)

    whole, _, _ = trained(make_trainer, "whole", objective(), checkpoint_every=2)

    def stop(done, total):
        if done == 5:
            os.kill(os.getpid(), 2)

    from jobfit.training.errors import Interrupted

    common = {"validate": False, "epochs": 2, "batch_size": 8, "checkpoint_every": 2}
    with pytest.raises(Interrupted):
        make_trainer("cut", objective=objective(), on_progress=stop, **common).run()
    assert make_trainer("cut", objective=objective(), **common).run().sha256 == whole.sha256


def test_stratified_batches_keep_every_term_active(make_trainer, data, access):
    """A rare positive: random batches of 8 rarely hold one of each group, stratified ones always do."""
    rates = {}
    for least in (0, 1):
        utility = Pairs(data)
        positives = [row for row in utility.rows if row[2]][:6]
        utility.rows = positives + [row for row in utility.rows if not row[2]] * 2
        objective = FairnessObjective(utility, access, 1.0, GapTerm(GapSettings("equalised_odds_sum")), least)
        _, _, log = trained(make_trainer, f"least-{least}", objective)
        rates[least] = [line["fairness_active_rate"] for line in log]
    assert min(rates[1]) == 1 > max(rates[0])


def test_stratified_sampling_without_a_member_of_a_cell_says_which(data):
    utility = Pairs(data)
    people = sorted({c for c, _, _ in utility.rows})
    access = GroupAccess.of(Groups({i: {"g": "a" if i == people[0] else "b"} for i in people}), ["g"], people)
    utility.rows = [row for row in utility.rows if row[0] != people[0] or row[2] == 0]
    with pytest.raises(InputError, match="no example of group 0 with label 1"):
        FairnessObjective(utility, access, 1.0, least=1).sampler(8, 0)


def test_group_absent_from_every_batch_is_an_inactive_zero_in_the_log(make_trainer, data):
    """A group of people who are in no pair: the loss is the utility's, and the log says that nothing was compared."""
    utility = Pairs(data)
    used = {c for c, _, _ in utility.rows}
    values = {i: {"g": "a"} for i in used} | {"c-unused": {"g": "b"}}
    access = GroupAccess.of(Groups(values), ["g"], [*used, "c-unused"])
    _, plain, _ = trained(make_trainer, "plain", Pairs(data))
    _, weights, log = trained(make_trainer, "absent", FairnessObjective(utility, access, beta=5.0))
    assert same(plain, weights)
    assert all(line["fairness_active_rate"] == 0 and "fairness_gap" not in line for line in log)
    assert all(line["fairness_inactive_cells"] == 1 for line in log)


def test_a_score_that_is_not_a_number_stops_the_loop_by_name(make_trainer, data, access):
    utility = Pairs(data)
    with torch.no_grad():
        utility.head.weight.fill_(torch.nan)
    with pytest.raises(TrainingError, match="the loss is nan"):
        trained(make_trainer, "nan", FairnessObjective(utility, access, beta=1.0))


def test_a_mixture_reports_its_part(data, access):
    part = FairnessObjective(Pairs(data), access, beta=1.0)
    mixed = MixedObjective([Part("fair", part, 8, 1.0)], batches=3)
    batch = mixed.batch(np.array([0]), np.random.default_rng(0))
    mixed.loss(lambda keys: torch.randn(len(keys), 32, requires_grad=True), batch)
    assert "fair fairness_active_rate" in mixed.report()
    assert mixed.report() == {}
    stratified = FairnessObjective(Pairs(data), access, beta=1.0, least=1)
    with pytest.raises(InputError, match="'fair' deals its own batches out"):
        MixedObjective([Part("fair", stratified, 8, 1.0)], batches=3)


@pytest.mark.parametrize("term", [ExposureTerm(), ExposureTerm(1), GroupLossTerm(0.0), GroupLossTerm(5.0)])
def test_other_terms_train_and_are_counted(make_trainer, data, access, term):
    """A batch of everything holds lists with people of both groups."""
    objective = FairnessObjective(Pairs(data), access, 1.0, term)
    _, _, log = trained(make_trainer, "term", objective, batch_size=len(objective))
    assert all(np.isfinite(line["loss"]) and line["fairness_active_rate"] > 0.5 for line in log)


@pytest.mark.parametrize("kind", ["binary", "three-class", "ordinal", "distance"])
def test_the_pair_classifier_is_a_utility(make_trainer, data, access, kind):
    own = {pair[:2] for pair in data.positives}
    others = [Pair(c, v, 0) for c in data.candidates for v in data.vacancies if (c, v) not in own][::9]
    outcomes = replace(data, positives=data.positives[4:], pool=data.positives[:4], rejects=tuple(others))
    utility = pair_objective(outcomes, PairHead(32, HeadSettings(kind=kind)))
    objective = FairnessObjective(utility, access, 1.0, least=1)
    _, _, log = trained(make_trainer, kind, objective)
    assert all(np.isfinite(line["loss"]) and line["fairness_active_rate"] == 1 for line in log)


def test_lists_are_a_utility_and_exposure_their_term(make_trainer, data, access):
    """The ranking objective's batch holds whole lists; it is not dealt out by cells, and says so."""
    own = {pair[:2] for pair in data.positives}
    others = tuple(Pair(c, v, 0) for c in data.candidates for v in data.vacancies if (c, v) not in own)
    utility = RankingObjective(replace(data, rejects=others, graded=()), ranking_loss("softmax"))
    _, _, log = trained(make_trainer, "lists", FairnessObjective(utility, access, 1.0, ExposureTerm()), batch_size=4)
    assert all(line["fairness_active_rate"] == 1 and np.isfinite(line["loss"]) for line in log)
    with pytest.raises(InputError):
        FairnessObjective(utility, access, 1.0, least=1).sampler(4, 0)


@pytest.mark.parametrize("beta", [-1.0, float("nan"), float("inf")])
def test_beta_out_of_range_is_refused(data, access, beta):
    with pytest.raises(InputError, match="beta"):
        FairnessObjective(Pairs(data), access, beta)


def test_several_optimisers_are_refused(data, access):
    class Two(Pairs):
        def turns(self):
            return Turn("one", self.loss), Turn("two", self.loss)

    with pytest.raises(InputError, match="several optimisers"):
        FairnessObjective(Two(data), access, 1.0)


def test_pairs_of_other_lengths_are_refused():
    with pytest.raises(InputError, match="must be n each"):
        ScoredPairs(torch.zeros(2), torch.zeros(3), ["a", "b"], ["v", "v"])
