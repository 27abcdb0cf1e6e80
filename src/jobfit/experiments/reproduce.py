"""START HERE: a whole paper in one call, on the simulated market or on data of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData, read_experiment_data
from jobfit.experiments.experiment import Experiment, run
from jobfit.experiments.market import market_data
from jobfit.experiments.report import Report
from jobfit.experiments.settings import Sizes
from jobfit.experiments.trial import OnStep

if TYPE_CHECKING:
    from jobfit.llm.client import Client

PAPERS = ("confit-v2", "rankpo")


def data_of(sizes: Sizes, folder: Path | None = None, kind: str = "prepare") -> ExperimentData:
    """Return the simulated market of ``sizes``, or the data of one's own in ``folder`` (``confit``, ``rankpo``, ...).

    Raises:
        InputError: the market is too small, or nothing usable is in the folder.
    """
    if folder is None:
        return market_data(sizes.market, sizes.measures)
    return read_experiment_data(folder, kind, tuple(name.replace("(rel=2)", "") for name in sizes.measures))


def reproduce(
    paper: str,
    sizes: Sizes,
    data: ExperimentData,
    out: Path,
    seeds: tuple[int, ...],
    client: Client | None = None,
    *,
    a1: bool = True,
    on_step: OnStep = lambda what, done, total: None,
) -> Report:
    """Run every row of ``paper`` on ``data`` and return the report; finished rows are read from ``out`` again.

    Without ``client`` the language model's steps are done by their offline counterparts, and the report says so.
    Without ``a1`` only those rows of ConFit's table A1 come back that are there already.

    Raises:
        InputError: an unknown paper, or ``out`` holds rows of other data or settings.
        Whatever training, mining and the language model raise; what is finished stays.
    """
    if paper not in PAPERS:
        raise InputError(f"the paper is one of {', '.join(PAPERS)}, not {paper!r}")
    experiment = _confit(sizes, data, client, a1) if paper == "confit-v2" else _rankpo(sizes, data, client)
    return run(experiment, out, seeds, sizes.scale, on_step)


def _confit(sizes: Sizes, data: ExperimentData, client: Client | None, a1: bool) -> Experiment:
    from jobfit.encoders.generated import HYPOTHETICAL_VACANCY
    from jobfit.experiments.confit_v2 import ConfitV2, OfFields
    from jobfit.taxonomy.compact import load_compact
    from jobfit.training.hyre import LlmHyre, examples_of
    from jobfit.training.hyre_template import TemplateHyre

    if client is not None:
        examples = examples_of(data.train)
        hyre, turned = LlmHyre(client, examples), LlmHyre(client, examples, kind=HYPOTHETICAL_VACANCY)
        return ConfitV2(data, sizes.confit, hyre, turned, a1)
    offline = OfFields(TemplateHyre(load_compact())), OfFields(TemplateHyre(load_compact(), HYPOTHETICAL_VACANCY))
    return ConfitV2(data, sizes.confit, *offline, a1)


def _rankpo(sizes: Sizes, data: ExperimentData, client: Client | None) -> Experiment:
    from jobfit.experiments.rankpo import RankPO
    from jobfit.training.annotators import LlmAnnotator

    return RankPO(data, sizes.rankpo, None if client is None else LlmAnnotator(client))
