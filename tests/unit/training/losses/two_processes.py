"""The two ranks of test_cross_device.py: each takes its share of the batch, writes the losses and gradients it sees.

    python two_processes.py FOLDER

FOLDER/case-*.npz hold whole batches (``make_case`` in the test); rank r takes the rows that ``shares`` says.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from jobfit.training.losses.contrastive import false_negative_mask, two_sided_loss
from jobfit.training.losses.cross_device import gather_ids, gather_rows
from jobfit.training.losses.grad_cache import encode_in_chunks
from jobfit.training.losses.group_gaps import GapSettings, group_gap

SIDES = ("candidates", "vacancies", "hard_candidates", "hard_vacancies")


def encoder():
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, 5)).double()


def loss_of(case, encode, gather, names, share):
    """Return the loss of ``case``; ``share`` picks this process's rows, ``gather`` brings the others'."""

    def vectors(side):
        rows = torch.from_numpy(case[side])[share(side)]
        return gather(nn.functional.normalize(encode(rows.flatten(0, -2)), dim=1).unflatten(0, rows.shape[:-1]))

    ids = {side: names([str(one) for one in case[f"{side}_ids"][share(side)].flatten()]) for side in SIDES}
    known = {candidate: {vacancy} for candidate, vacancy in case["known"].tolist()}
    mask = false_negative_mask(
        ids["candidates"] + ids["hard_candidates"],
        ids["vacancies"] + ids["hard_vacancies"],
        known,
        pairs=len(ids["candidates"]),
    )
    return two_sided_loss(*(vectors(side) for side in SIDES), mask, 0.1)


def gap_of(case, encode, gather, share):
    """Return the gap of pairs whose groups and labels lie on different ranks; ids are those of the candidates."""
    rows = torch.from_numpy(case["candidates"])[share("candidates")]
    codes, labels = (torch.from_numpy(case[name])[share("candidates")] for name in ("codes", "labels"))
    logits = gather(encode(rows).sum(dim=1))
    return group_gap(logits, gather(labels), gather(codes), 2, GapSettings("equalised_odds_sum")).value


def gradient(model):
    return torch.cat([one.grad.flatten() for one in model.parameters()]).numpy()


def main(folder, rank):
    torch.set_num_threads(1)
    store = distributed.FileStore(str(folder / "store"), 2)
    distributed.init_process_group("gloo", rank=rank, world_size=2, store=store)
    found = {}
    for path in sorted(folder.glob("case-*.npz")):
        case = dict(np.load(path))
        shares = json.loads(path.with_suffix(".json").read_text())

        def share(side, shares=shares):
            return slice(shares[side], None) if rank else slice(0, shares[side])

        for chunked in (False, True):
            model = DistributedDataParallel(encoder())

            def encode(rows, chunked=chunked, model=model):
                return encode_in_chunks(model, rows.split(2)) if chunked else model(rows)

            loss = loss_of(case, encode, gather_rows, gather_ids, share)
            loss.backward()
            found[f"{path.stem}-{chunked}-loss"] = loss.item()
            found[f"{path.stem}-{chunked}-gradient"] = gradient(model)
        model = DistributedDataParallel(encoder())
        gap = gap_of(case, model, gather_rows, share)
        gap.backward()
        found[f"{path.stem}-gap"], found[f"{path.stem}-gap-gradient"] = gap.item(), gradient(model)
    np.savez(folder / f"rank-{rank}.npz", **found)
    distributed.destroy_process_group()


if __name__ == "__main__":
    other = os.fork()  # after the imports, which take longest
    main(Path(sys.argv[1]), int(other == 0))
    if other:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]))
