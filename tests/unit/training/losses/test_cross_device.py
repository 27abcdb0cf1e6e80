"""Two processes (gloo) with half a batch each against one process with the whole batch."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.losses.cross_device import gather_ids, gather_rows

SCRIPT = Path(__file__).with_name("two_processes.py")
_spec = importlib.util.spec_from_file_location("two_processes", SCRIPT)
two_processes = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(two_processes)


def make_case(seed, sizes):
    """Random texts, and ids from a small range, so that records repeat across the processes."""
    draw = np.random.default_rng(seed)
    case = {side: draw.normal(size=(*size, 6)) for side, size in sizes.items()}
    for side, size in sizes.items():
        case[f"{side}_ids"] = np.array([f"{side[-7]}{number}" for number in draw.integers(0, 6, size=size).flat])
        case[f"{side}_ids"] = case[f"{side}_ids"].reshape(size)
    halves = np.arange(sizes["candidates"][0])
    case["codes"] = np.where(halves < 4, 0, 1) if seed else halves % 2  # group 1 on one rank only, or on both
    case["labels"] = halves % 3 % 2
    case["known"] = np.array([["c1", "v1"], ["c2", "v3"], ["c0", "v5"]])
    return case


CASES = {
    "even": (
        {"candidates": (6,), "vacancies": (6,), "hard_candidates": (4,), "hard_vacancies": (4,)},
        {"candidates": 3, "vacancies": 3, "hard_candidates": 2, "hard_vacancies": 2},
    ),
    "uneven": (
        {"candidates": (7,), "vacancies": (7,), "hard_candidates": (4,), "hard_vacancies": (5,)},
        {"candidates": 5, "vacancies": 5, "hard_candidates": 0, "hard_vacancies": 3},
    ),
    "own-hard": (
        {"candidates": (5,), "vacancies": (5,), "hard_candidates": (5, 2), "hard_vacancies": (5, 1)},
        {"candidates": 2, "vacancies": 2, "hard_candidates": 2, "hard_vacancies": 2},
    ),
}


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ranks")
    for seed, (name, (sizes, shares)) in enumerate(CASES.items()):
        np.savez(folder / f"case-{name}.npz", **make_case(seed, sizes))
        (folder / f"case-{name}.json").write_text(json.dumps(shares))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    return folder, [dict(np.load(folder / f"rank-{rank}.npz")) for rank in (0, 1)]


@pytest.mark.parametrize("chunked", [False, True], ids=["plain", "grad-cache"])
@pytest.mark.parametrize("name", CASES)
def test_loss_and_gradient_of_two_processes_equal_the_whole_batch_in_one(ranks, name, chunked):
    folder, found = ranks
    model = two_processes.encoder()
    case = dict(np.load(folder / f"case-{name}.npz"))
    loss = two_processes.loss_of(case, model, lambda rows: rows, list, lambda _: slice(None))
    loss.backward()
    expected = two_processes.gradient(model)
    assert np.abs(expected).max() > 1e-3
    for rank in (0, 1):
        assert found[rank][f"case-{name}-{chunked}-loss"] == pytest.approx(loss.item(), abs=1e-12)
        np.testing.assert_allclose(found[rank][f"case-{name}-{chunked}-gradient"], expected, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_gap_between_groups_of_two_processes_is_that_of_the_whole_batch(ranks, name):
    """Also where a rank has no member of a group: the gap of its own rows would be an inactive zero."""
    folder, found = ranks
    model = two_processes.encoder()
    case = dict(np.load(folder / f"case-{name}.npz"))
    gap = two_processes.gap_of(case, model, lambda rows: rows, lambda _: slice(None))
    gap.backward()
    expected = two_processes.gradient(model)
    assert gap.item() > 1e-3 and np.abs(expected).max() > 1e-3
    for rank in (0, 1):
        assert found[rank][f"case-{name}-gap"] == pytest.approx(gap.item(), abs=1e-12)
        np.testing.assert_allclose(found[rank][f"case-{name}-gap-gradient"], expected, atol=1e-12)


def test_masks_of_the_cases_reach_across_the_processes(ranks):
    """The comparison above says something about masks only where a false negative sits on the other rank."""
    case = dict(np.load(ranks[0] / "case-even.npz"))
    model = two_processes.encoder()
    everything = (model, lambda rows: rows, list, lambda _: slice(None))
    masked = two_processes.loss_of(case, *everything).item()
    first, second = set(case["vacancies_ids"][:3]), {*case["vacancies_ids"][3:], *case["hard_vacancies_ids"][2:]}
    assert first & second
    renamed = {f"{side}_ids": np.array([f"{side}{i}" for i in range(len(case[side]))]) for side in two_processes.SIDES}
    assert two_processes.loss_of(case | renamed, *everything).item() > masked


def test_outside_of_a_process_group_everything_comes_back_as_it_was(unit):
    rows = unit(3, 4)
    assert gather_rows(rows) is rows
    assert gather_ids(["a", "é"]) == ["a", "é"]
    with pytest.raises(InputError, match="must be texts"):
        gather_ids([1, 2])


def test_gradient_of_the_published_gather_is_a_fraction_of_the_whole(unit):
    """RankPO keeps the gradient of the rank's own rows; averaged over 4 ranks that is a quarter of the gradient."""
    from jobfit.training.losses.contrastive import two_sided_loss

    candidates, vacancies = unit(8, 5), unit(8, 5)
    weight = torch.eye(5, dtype=torch.float64, requires_grad=True)
    (whole,) = torch.autograd.grad(two_sided_loss(candidates @ weight, vacancies @ weight, temperature=0.1), weight)
    shares = []
    for rank in range(4):
        own = (torch.arange(8).div(2, rounding_mode="floor") == rank)[:, None]
        sides = [torch.where(own, side @ weight, (side @ weight).detach()) for side in (candidates, vacancies)]
        shares.append(torch.autograd.grad(two_sided_loss(*sides, temperature=0.1), weight)[0])
    torch.testing.assert_close(torch.stack(shares).mean(dim=0), whole / 4)
