"""START HERE: a whole paper in one call, on the simulated market or on data of one's own, in full or cut down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.errors import InputError
from jobfit.experiments.confit_v2 import MEASURES, ConfitSettings
from jobfit.experiments.data import FORMATS, ExperimentData, read_experiment_data
from jobfit.experiments.experiment import Experiment, run
from jobfit.experiments.fair_recommender import MEASURES as FAIR_MEASURES
from jobfit.experiments.fair_recommender import FairRecommender, FairSettings
from jobfit.experiments.interactions import read_log
from jobfit.experiments.jobrec import JobRec, JobRecSettings, funnel_data
from jobfit.experiments.labelled_market import labelled_market
from jobfit.experiments.lgir import LgirExperiment, LgirExperimentSettings, last_ones_out, market_interactions
from jobfit.experiments.market import MarketSizes, market_data
from jobfit.experiments.muse import Muse, MuseSettings, interaction_data, muse_data
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


@dataclass(frozen=True, slots=True)
class Sizes:
    """The market, the settings of the paper, what is measured, what was cut, in words, and how often it is trained."""

    market: MarketSizes
    settings: Any
    measures: tuple[str, ...]
    scale: str = ""
    seeds: int = 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """What some recipes can do besides; see :func:`reproduce`. ``vectors`` is a file that keeps them."""

    client: Client | None = None
    a1: bool = True
    others: tuple[Judged, ...] = ()
    vectors: Path | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """What a recipe is made of: its sizes; ``data`` by the sizes, a folder with data of one's own or ``None`` and their
    format, one of ``formats``, of which the first is meant where nobody says; and the ``experiment`` on them.
    """

    full: Sizes
    quick: Sizes
    data: Callable[[Sizes, Path | None, str], Any]
    experiment: Callable[[Sizes, Any, Wishes], Experiment]
    formats: tuple[str, ...] = ()

    def read(self, name: str, sizes: Sizes, folder: Path | None, kind: str | None) -> Any:
        """Return the data of the recipe called ``name``; :class:`InputError` where it reads no such data."""
        if folder is not None and not self.formats:
            raise InputError(f"{name} is run on the simulated market alone: leave --data out")
        if folder is not None and kind is not None and kind not in self.formats:
            raise InputError(f"{name} reads {' and '.join(self.formats)}, not {kind}: say another --format")
        return self.data(sizes, folder, kind or next(iter(self.formats), ""))


def sizes_of(paper: str, quick: bool, path: Path | None) -> Sizes:
    """Return the sizes of a paper, with what the file at ``path`` states over them."""
    recipe = paper_of(paper)
    chosen = recipe.quick if quick else recipe.full
    if path is None:
        return chosen
    tables, known = read_settings(path).data, ("recipe", "market", *_parts(chosen.settings))
    for name, table in tables.items():
        if name not in known or not isinstance(table, dict):
            raise InputError(f"{path}: {name!r} is not one of the tables {', '.join(known)}")
    market = _over(chosen.market, tables.get("market", {}), f"{path}, market")
    scale = f"{chosen.scale} {_stated(path.name, tables)}".strip()
    return replace(chosen, market=market, scale=scale, settings=_settled(chosen.settings, tables, str(path)))


def paper_of(name: str) -> Paper:
    """Return the recipe called ``name``; :class:`InputError` where there is none."""
    if name not in PAPERS:
        raise InputError(f"the paper is one of {', '.join(PAPERS)}, not {name!r}")
    return PAPERS[name]


def _parts(settings: Any) -> list[str]:
    """The names of the settings that are tables of their own."""
    return [one.name for one in fields(settings) if is_dataclass(getattr(settings, one.name))]


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
    if misplaced := sorted(set(own) & {"market", *_parts(settings)}):
        raise InputError(f"{where}, recipe: {misplaced[0]!r} is a table of its own")
    changed = {
        name: _over(getattr(settings, name), table, f"{where}, {name}")
        for name in _parts(settings)
        if (table := tables.get(name))
    }
    return replace(_over(settings, own, f"{where}, recipe"), **changed)


def _over(settings: Any, stated: Mapping[str, Any], where: str) -> Any:
    checked = build(type(settings), dict(stated), where) if stated else settings
    return replace(settings, **{name: getattr(checked, name) for name in stated})


# The sizes


def _quick_confit() -> Sizes:
    """Minutes on two cores: a small market, a few dozen steps, the lower four of six layers frozen."""
    loop = TrainSettings(epochs=2, batch_size=8, max_steps=8, learning_rate=3e-4)
    market = MarketSizes(160, 50, 80, 25)
    settings = ConfitSettings(model=ModelOptions(max_tokens=256, freeze_layers=4), loop=loop)
    return Sizes(market, settings, MEASURES, _said(market, "8 steps of batch 8 for each row"), 1)


def _quick_rankpo() -> Sizes:
    market = MarketSizes(150, 40, 100, 30, labels="rules")
    settings = RankpoSettings(
        model=ModelOptions(max_tokens=128, freeze_layers=4),
        loop=TrainSettings(batch_size=8, learning_rate=2e-4, max_steps=20, schedule="cosine"),
        alignment_loop=TrainSettings(batch_size=8, max_steps=15, schedule="cosine"),
        rounds=1, depth=40, rates=(5e-5, 2e-4, 6e-4),
        judge=JudgeSettings(depth=40, per_vacancy=4, held_out_per_vacancy=6),
    )  # fmt: skip
    said = _said(market, "20 steps of batch 8 for stage 1 and 15 for each point of the sweep, one mined round")
    return Sizes(market, settings, RETENTION, said, 1)


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
    return Sizes(market, fair, FAIR_MEASURES, said, 1)


def _said(market: MarketSizes, steps: str) -> str:
    return (
        f"--quick: {market.candidates} candidates and {market.vacancies} vacancies to train on, {steps}, four of the "
        "six layers of all-MiniLM-L6-v2 frozen, one seed unless --seeds says otherwise. It shows that everything runs; "
        "it can tell little apart."
    )


def _quick_muse() -> Sizes:
    market = MarketSizes(300, 150, 150, 400, seen=40)
    full = MuseSettings()
    said = (
        f"--quick: {market.candidates} people and {market.vacancies} vacancies to learn from, "
        f"{market.held_out_candidates} and {market.held_out_vacancies} held out, the first 50 read again, one seed "
        "unless --seeds says otherwise: with some hundred hires the networks over pairs have little to learn from."
    )
    loop, pair_loop = replace(full.loop, epochs=10), replace(full.pair_loop, epochs=4)
    return Sizes(market, replace(full, loop=loop, pair_loop=pair_loop, depth=50), (), said, 1)


def _quick_lgir() -> Sizes:
    market, full = MarketSizes(300, 150, 1, 1, seen=40), LgirExperimentSettings()
    said = (
        f"--quick: {market.candidates} people and {market.vacancies} vacancies, 6 epochs of each stage, one seed "
        "unless --seeds says otherwise."
    )
    return Sizes(market, replace(full, loop=replace(full.loop, epochs=6, batch_size=64)), (), said, 1)


def _quick_jobrec() -> Sizes:
    market = MarketSizes(250, 30, 120, 1)
    said = (
        f"--quick: {market.candidates} people to learn from, {market.held_out_candidates} held out, {market.vacancies} "
        "vacancies, one seed unless --seeds says otherwise: some hundred verdicts teach the qualification little."
    )
    return Sizes(market, JobRecSettings(), (), said, 1)


# Data and experiments


def data_of(sizes: Sizes, folder: Path | None = None, kind: str = "prepare") -> ExperimentData:
    """Return the simulated market of ``sizes``, or the data of one's own in ``folder`` (``confit`` ...)."""
    if folder is None:
        return market_data(sizes.market, sizes.measures)
    return read_experiment_data(folder, kind, tuple(name.replace("(rel=2)", "") for name in sizes.measures))


def reproduce(
    paper: str,
    sizes: Sizes,
    data: Any,
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
    if others and paper != FAIR:
        raise InputError(f"{paper} is tested on its own data alone: leave --other out")
    wishes = Wishes(client, a1, tuple(others), out / "vectors.sqlite")
    return run(paper_of(paper).experiment(sizes, data, wishes), out, seeds, sizes.scale, on_step)


def _confit(sizes: Sizes, data: Any, wishes: Wishes) -> Experiment:
    from jobfit.encoders.generated import HYPOTHETICAL_VACANCY
    from jobfit.experiments.confit_v2 import ConfitV2, OfFields
    from jobfit.taxonomy.compact import load_compact
    from jobfit.training.hyre import LlmHyre, examples_of
    from jobfit.training.hyre_template import TemplateHyre

    if (client := wishes.client) is not None:
        examples = examples_of(data.train)
        hyre, turned = LlmHyre(client, examples), LlmHyre(client, examples, kind=HYPOTHETICAL_VACANCY)
        return ConfitV2(data, sizes.settings, hyre, turned, wishes.a1)
    offline = OfFields(TemplateHyre(load_compact())), OfFields(TemplateHyre(load_compact(), HYPOTHETICAL_VACANCY))
    return ConfitV2(data, sizes.settings, *offline, wishes.a1)


def _rankpo(sizes: Sizes, data: Any, wishes: Wishes) -> Experiment:
    from jobfit.experiments.rankpo import RankPO
    from jobfit.training.annotators import LlmAnnotator

    return RankPO(data, sizes.settings, None if wishes.client is None else LlmAnnotator(wishes.client))


def _lgir_data(sizes: Sizes, folder: Path | None, kind: str) -> Any:
    if folder is None:
        return market_interactions(sizes.market)
    log = read_log(folder)
    return last_ones_out(log.source, *log.texts, log.pairs, lambda: (log.people, log.openings), log.today)


PAPERS = {
    "confit-v2": Paper(Sizes(MarketSizes(), ConfitSettings(), MEASURES), _quick_confit(), data_of, _confit, FORMATS),
    "rankpo": Paper(
        Sizes(MarketSizes(1000, 240, 500, 100, labels="rules"), RankpoSettings(), RETENTION),
        _quick_rankpo(), data_of, _rankpo, FORMATS,
    ),
    FAIR: Paper(
        Sizes(MarketSizes(700, 1000, 500, 1200, seen=100, bias=1.5, leak=1.0), FairSettings(), FAIR_MEASURES, seeds=5),
        _quick_fair(),
        lambda sizes, folder, kind: labelled_market(sizes.market, measures=sizes.measures),
        lambda sizes, data, wishes: FairRecommender(data, sizes.settings, wishes.client, wishes.others, wishes.vectors),
    ),
    "muse": Paper(
        Sizes(MarketSizes(1500, 1000, 1000, 3000, seen=60), MuseSettings(), ()),
        _quick_muse(),
        lambda sizes, folder, kind: interaction_data(read_log(folder)) if folder else muse_data(sizes.market),
        lambda sizes, data, wishes: Muse(data, sizes.settings, wishes.vectors),
        ("interactions",),
    ),
    "jobrec": Paper(
        Sizes(MarketSizes(1000, 60, 1250, 1), JobRecSettings(), ()),
        _quick_jobrec(),
        lambda sizes, folder, kind: funnel_data(sizes.market),
        lambda sizes, data, wishes: JobRec(data, sizes.settings, wishes.vectors),
    ),
    "lgir": Paper(
        Sizes(MarketSizes(1500, 1000, 1, 1, seen=30), LgirExperimentSettings(), ()),
        _quick_lgir(),
        _lgir_data,
        lambda sizes, data, wishes: LgirExperiment(data, sizes.settings, wishes.client, wishes.vectors),
        ("interactions",),
    ),
}  # fmt: skip
