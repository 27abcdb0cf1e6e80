"""START HERE: a whole paper in one call, on the simulated market or on data of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData, read_experiment_data
from jobfit.experiments.market import market_data
from jobfit.experiments.report import Report
from jobfit.experiments.row_cache import RowCache
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
    if paper == "confit-v2":
        return _confit(sizes, data, out, seeds, client, a1=a1, on_step=on_step)
    if paper == "rankpo":
        return _rankpo(sizes, data, out, seeds, client, on_step=on_step)
    raise InputError(f"the paper is one of {', '.join(PAPERS)}, not {paper!r}")


def _confit(
    sizes: Sizes,
    data: ExperimentData,
    out: Path,
    seeds: tuple[int, ...],
    client: Client | None,
    *,
    a1: bool,
    on_step: OnStep,
) -> Report:
    from jobfit.encoders.generated import HYPOTHETICAL_VACANCY
    from jobfit.experiments.confit_a1 import a1_rows
    from jobfit.experiments.confit_report import confit_report
    from jobfit.experiments.confit_v2 import OfFields, confit_rows, facts_of
    from jobfit.taxonomy.compact import load_compact
    from jobfit.training.hyre import LlmHyre, examples_of
    from jobfit.training.hyre_template import TemplateHyre

    hyre: Any = OfFields(TemplateHyre(load_compact()))
    turned: Any = OfFields(TemplateHyre(load_compact(), HYPOTHETICAL_VACANCY))
    if client is not None:
        examples = examples_of(data.train)
        hyre, turned = LlmHyre(client, examples), LlmHyre(client, examples, kind=HYPOTHETICAL_VACANCY)
    row_cache = RowCache(out, facts_of(data, sizes.confit, hyre))
    rows = confit_rows(data, sizes.confit, row_cache, seeds, hyre, on_step)
    rows += a1_rows(data, sizes.confit, row_cache, seeds, turned, train=a1, on_step=on_step)
    return confit_report(rows, data, sizes.scale, row_cache, hyre.name)


def _rankpo(
    sizes: Sizes, data: ExperimentData, out: Path, seeds: tuple[int, ...], client: Client | None, *, on_step: OnStep
) -> Report:
    from jobfit.experiments.rankpo import facts_of, rankpo_rows
    from jobfit.experiments.rankpo_report import rankpo_report
    from jobfit.training.annotators import LlmAnnotator

    judge = None if client is None else LlmAnnotator(client)
    row_cache = RowCache(out, facts_of(data, sizes.rankpo, judge))
    rows = rankpo_rows(data, sizes.rankpo, row_cache, seeds, judge, on_step)
    return rankpo_report(rows, data.source, sizes.scale, row_cache)
