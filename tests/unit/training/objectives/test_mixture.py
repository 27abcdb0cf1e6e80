"""A mixture: batches of one part alone, in the shares asked for, every example once a pass; it trains and resumes."""

from typing import NamedTuple

import numpy as np
import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.loop.objective import Objective
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.objectives.mixture import MixedObjective, Part, shared_out


class Batch(NamedTuple):
    examples: tuple[str, ...]

    @property
    def texts(self):
        return self.examples


class Words(Objective):
    """Numbered words; the loss is the number of texts in the batch."""

    def __init__(self, name, count):
        self.name, self.count = name, count

    def __len__(self):
        return self.count

    def texts(self):
        return {f"{self.name}{i}": f"{self.name} {i}" for i in range(self.count)}

    def facts(self):
        return {"objective": self.name}

    def batch(self, chosen, generator):
        keys = tuple(f"{self.name}{i}" for i in chosen)
        return Batch(keys)

    def loss(self, vectors, batch):
        return torch.tensor(float(len(batch.texts)))


def seen(mixed):
    dice = np.random.default_rng(0)
    return [mixed.batch(np.array([i]), dice) for i in range(len(mixed))]


def test_mixture_batches_are_of_one_part_in_its_share():
    mixed = MixedObjective([Part("a", Words("a", 12), 4, 3.0), Part("b", Words("b", 5), 2, 1.0)], 8)
    batches = seen(mixed)
    assert all(len({key[0] for key in one.texts}) == 1 for one in batches)
    assert mixed.counts() == {"a": 6, "b": 2}
    assert [len(one.texts) for one in batches] == [4] * 6 + [2] * 2
    assert batches[0].examples[0].startswith("a: a")


def test_mixture_deals_every_example_out_once_a_pass_in_another_order():
    mixed = MixedObjective([Part("a", Words("a", 12), 4, 1.0)], 6)
    first, second = ([key for one in part for key in one.texts] for part in (seen(mixed)[:3], seen(mixed)[3:]))
    assert sorted(first) == sorted(second) == sorted(Words("a", 12).texts())
    assert first != second


def test_mixture_loss_is_the_part_s_times_its_weight():
    mixed = MixedObjective([Part("a", Words("a", 6), 3, 1.0, weight=2.5)], 2)
    batch = seen(mixed)[0]
    assert mixed.loss(lambda keys: None, batch).item() == 2.5 * 3


@pytest.mark.parametrize(
    ("parts", "batches", "said"),
    [
        ([], 1, "different names"),
        ([Part("a", Words("a", 2), 1, 1.0), Part("a", Words("b", 2), 1, 1.0)], 2, "different names"),
        ([Part("a", Words("a", 2), 1, 0.0)], 1, "above 0"),
        ([Part("a", Words("a", 2), 1, 1.0), Part("b", Words("b", 2), 1, 1.0)], 1, "each needs one"),
    ],
)
def test_mixture_refuses_parts_that_do_not_fit(parts, batches, said):
    with pytest.raises(InputError, match=said):
        MixedObjective(parts, batches)


def test_mixture_refuses_one_key_for_two_texts():
    other = Words("a", 2)
    other.texts = lambda: {"a0": "another text"}
    with pytest.raises(InputError, match="another text elsewhere"):
        MixedObjective([Part("a", Words("a", 2), 1, 1.0), Part("b", other, 1, 1.0)], 2)


def test_mixture_refuses_several_batches_at_once():
    mixed = MixedObjective([Part("a", Words("a", 4), 2, 1.0)], 2)
    with pytest.raises(InputError, match="batch_size to 1"):
        mixed.batch(np.array([0, 1]), np.random.default_rng(0))


@pytest.mark.parametrize(("total", "shares"), [(7, (1, 1, 1)), (100, (0.5, 0.3, 0.2)), (3, (9, 1, 1))])
def test_shared_out_adds_up_and_leaves_nobody_out(total, shares):
    found = shared_out(total, shares)
    assert sum(found) == total and min(found) >= 1
    assert all(abs(n - total * s / sum(shares)) < len(shares) for n, s in zip(found, shares))


def test_mixture_trains_and_resumes_to_the_same_bytes(make_trainer, small_market, loss):
    def mixed():
        one, other = small_market(), small_market(seed=1, split="train")
        renamed = {
            "c": {f"x{i}": t for i, t in other.candidates.items()},
            "v": {f"x{i}": t for i, t in other.vacancies.items()},
        }
        pairs = tuple(
            p._replace(candidate_id=f"x{p.candidate_id}", vacancy_id=f"x{p.vacancy_id}") for p in other.positives
        )
        second = type(other)(renamed["c"], renamed["v"], pairs)
        parts = [
            Part("one", ContrastiveObjective(one, loss), 8, 2.0),
            Part("two", ContrastiveObjective(second, loss), 4, 1.0),
        ]
        return MixedObjective(parts, 9)

    settings = {"batch_size": 1, "accumulate": 2, "checkpoint_every": 2}
    whole = make_trainer("whole", objective=mixed(), **settings).run()
    assert whole.sha256 != whole.start_sha256

    class StopHere(Exception):
        pass

    def stop(done, total):
        if done == 3:
            raise StopHere

    with pytest.raises(StopHere):
        make_trainer("cut", objective=mixed(), on_progress=stop, **settings).run()
    assert make_trainer("cut", objective=mixed(), **settings).run().sha256 == whole.sha256
