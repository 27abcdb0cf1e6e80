"""START HERE: a whole paper in one call, on the simulated market or on data of one's own, in full or cut down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.errors import InputError
from jobfit.experiments.confit_v2 import MEASURES, ConfitSettings
from jobfit.experiments.data import ExperimentData, read_experiment_data
from jobfit.experiments.experiment import Experiment, run
from jobfit.experiments.fair_recommender import MEASURES as FAIR_MEASURES
from jobfit.experiments.fair_recommender import FairRecommender, FairSettings
from jobfit.experiments.labelled_market import LabelledMarket, labelled_market
from jobfit.experiments.market import MarketSizes, market_data
from jobfit.experiments.rankpo import RETENTION, JudgeSettings, RankpoSettings
from jobfit.experiments.report import Report
from jobfit.experiments.trial import OnStep
from jobfit.judged import Judged
from jobfit.settings import build
from jobfit.settings_file import read_settings
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions

if TYPE_CHECKING:
    from jobfit.llm.client import Client


FAIR = "fair-recommender"
PAPERS = ("confit-v2", "rankpo", FAIR)
_TABLES = ("recipe", "market", "model", "loop", "stage", "judge", "alignment_loop", "alignment_stage", "cross_loop")
_OWN = {"confit-v2": "confit", "rankpo": "rankpo", FAIR: "fair"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The market, the settings of the papers (each reads its own), what is measured, and what was cut, in words."""

    market: MarketSizes
    confit: ConfitSettings
    rankpo: RankpoSettings
    measures: tuple[str, ...]
    scale: str = ""
    fair: FairSettings = field(default_factory=FairSettings)
    seeds: int = 3


def sizes_of(paper: str, quick: bool, path: Path | None) -> Sizes:
    """Return the sizes of a paper, with what the file at ``path`` states over them."""
    chosen = _quick(paper) if quick else _full(paper)
    if path is None:
        return chosen
    tables = read_settings(path).data
    for name, table in tables.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise InputError(f"{path}: {name!r} is not one of the tables {', '.join(_TABLES)}")
    market = _over(chosen.market, tables.get("market", {}), f"{path}, market")
    scale = f"{chosen.scale} {_stated(path.name, tables)}".strip()
    part = _OWN[paper]
    return replace(
        chosen, market=market, scale=scale, **{part: _settled(getattr(chosen, part), tables, str(path))}
    )  # fmt: skip


def _stated(name: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    said = "; ".join(
        f"{table}: {', '.join(f'{key} {value}' for key, value in settings.items())}"
        for table, settings in tables.items()
        if settings
    )
    return f"{name} states {said or 'nothing'}; everything else is as in the full recipe unless said otherwise."


def _settled(settings: Any, tables: Mapping[str, Mapping[str, Any]], where: str) -> Any:
    """A recipe's settings with the tables over them: `recipe` for its own fields, the others for its parts."""
    own = tables.get("recipe", {})
    if misplaced := sorted(set(own) & set(_TABLES)):
        raise InputError(f"{where}, recipe: {misplaced[0]!r} is a table of its own")
    changed: dict[str, Any] = {}
    for name in set(_TABLES) - {"recipe", "market"}:
        if table := tables.get(name):
            if not hasattr(settings, name):
                raise InputError(f"{where}: this recipe has no table {name!r}")
            changed[name] = _over(getattr(settings, name), table, f"{where}, {name}")
    return replace(_over(settings, own, f"{where}, recipe"), **changed)


def _over(settings: Any, stated: Mapping[str, Any], where: str) -> Any:
    checked = build(type(settings), dict(stated), where) if stated else settings
    return replace(settings, **{name: getattr(checked, name) for name in stated})


def _full(paper: str) -> Sizes:
    if paper == FAIR:
        market = MarketSizes(700, 1000, 500, 1200, seen=100, bias=1.5, leak=1.0)
        return Sizes(market, ConfitSettings(), RankpoSettings(), FAIR_MEASURES, seeds=5)
    market = MarketSizes() if paper == "confit-v2" else MarketSizes(1000, 240, 500, 100, labels="rules")
    measures = MEASURES if paper == "confit-v2" else RETENTION
    return Sizes(market, ConfitSettings(), RankpoSettings(), measures)


def _quick(paper: str) -> Sizes:
    """Minutes on two cores: a small market, a few dozen steps, the lower four of six layers frozen."""
    if paper == FAIR:
        return _quick_fair()
    model = ModelOptions(max_tokens=256, freeze_layers=4)
    if paper == "confit-v2":
        loop = TrainSettings(epochs=2, batch_size=8, max_steps=8, learning_rate=3e-4)
        market = MarketSizes(160, 50, 80, 25)
        confit = ConfitSettings(model=model, loop=loop)
        said = _said(market, "8 steps of batch 8 for each row")
        return Sizes(market, confit, RankpoSettings(), MEASURES, said, seeds=1)
    market = MarketSizes(150, 40, 100, 30, labels="rules")
    short = ModelOptions(max_tokens=128, freeze_layers=4)
    loop = TrainSettings(batch_size=8, learning_rate=2e-4, max_steps=20, schedule="cosine")
    aligned = TrainSettings(batch_size=8, max_steps=15, schedule="cosine")
    rankpo = RankpoSettings(
        model=short, loop=loop, alignment_loop=aligned, rounds=1, depth=40, rates=(5e-5, 2e-4, 6e-4),
        judge=JudgeSettings(depth=40, per_vacancy=4, held_out_per_vacancy=6),
    )  # fmt: skip
    said = _said(market, "20 steps of batch 8 for stage 1 and 15 for each point of the sweep, one mined round")
    return Sizes(market, ConfitSettings(), rankpo, RETENTION, said, seeds=1)


def _quick_fair() -> Sizes:
    market = MarketSizes(250, 200, 200, 150, seen=100, bias=1.5, leak=1.0)
    full = FairSettings()
    fair = replace(
        full, model=ModelOptions(max_tokens=128, freeze_layers=4), loop=replace(full.loop, epochs=15), depth=5,
        cross_loop=TrainSettings(batch_size=4, learning_rate=2e-4, max_steps=25), betas=(2.0, 8.0),
    )  # fmt: skip
    said = (
        f"--quick: {market.candidates} candidates and {market.vacancies} vacancies to train on, "
        f"{market.held_out_candidates} and {market.held_out_vacancies} held out; heads train for {fair.loop.epochs} "
        f"epochs; the cross-encoder is trained for {fair.cross_loop.max_steps} steps of 4 lists, four of six layers "
        f"frozen, and reads {fair.model.max_tokens} tokens at a time and {fair.depth} candidates a vacancy; one seed "
        "unless --seeds says otherwise. What another seed would give, it cannot tell."
    )
    return Sizes(market, ConfitSettings(), RankpoSettings(), FAIR_MEASURES, said, fair, 1)


def _said(market: MarketSizes, steps: str) -> str:
    return (
        f"--quick: {market.candidates} candidates and {market.vacancies} vacancies to train on, {steps}, four of the "
        "six layers of all-MiniLM-L6-v2 frozen, one seed unless --seeds says otherwise. It shows that everything runs; "
        "it can tell little apart."
    )


def labelled_data(sizes: Sizes, folder: Path | None = None) -> LabelledMarket:
    """Return the simulated market of ``fair-recommender``, which no data of one's own replace: it needs the truth."""
    if folder is not None:
        raise InputError(f"{FAIR} is run on the simulated market alone: leave --data out")
    return labelled_market(sizes.market, measures=sizes.measures)


def data_of(sizes: Sizes, folder: Path | None = None, kind: str = "prepare") -> ExperimentData:
    """Return the simulated market of ``sizes``, or the data of one's own in ``folder`` (``confit`` ...)."""
    if folder is None:
        return market_data(sizes.market, sizes.measures)
    return read_experiment_data(folder, kind, tuple(name.replace("(rel=2)", "") for name in sizes.measures))


def reproduce(
    paper: str,
    sizes: Sizes,
    data: ExperimentData | LabelledMarket,
    out: Path,
    seeds: tuple[int, ...],
    client: Client | None = None,
    *,
    a1: bool = True,
    others: Sequence[Judged] = (),
    on_step: OnStep = lambda what, done, total: None,
) -> Report:
    """Run every row of ``paper`` on ``data`` and return the report; finished rows are read from ``out`` again.

    Without ``client`` the language model's steps are done by their offline counterparts, and the report says so.
    Without ``a1`` only those rows of ConFit's table A1 come back that are there already. ``fair-recommender`` tests its
    rows of raw texts on ``others`` too.

    Raises:
        InputError: an unknown paper, one that tests on no others, or ``out`` holds rows of other data or settings.
        Whatever training, mining and the language model raise; what is finished stays.
    """
    if paper not in PAPERS:
        raise InputError(f"the paper is one of {', '.join(PAPERS)}, not {paper!r}")
    if isinstance(data, LabelledMarket):
        experiment: Experiment = FairRecommender(data, sizes.fair, client, others)
    elif others:
        raise InputError(f"{paper} is tested on its own data alone: leave --other out")
    else:
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
