"""ConFit v2 as a recipe, row by row as in its tables 1-3, A4 and figure 3.

    ConFit      fields encoded apart and merged (v1's encoder)
    ConFit*     the whole document, mean pooling, equation 1 in both directions, human rejects as hard negatives
    + HyRe      a hypothetical resume joined to every vacancy, in training, mining and testing
    + RUM       train again from the backbone with the runner-ups that the encoder before ranked 3-4 % down
    RUM, t = 2  and once more with the newest encoder

The negatives of table A4 are without HyRe. Beside the ranking, the models of the main rows classify the held-out log
(``side_measurements``). Rows that the paper takes from others and that are not here: MV-CoN, InEXIT, DPGNN,
 XGBoost (TF-IDF with scikit-learn's boosted trees stands for it), OpenAI's embeddings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobfit.encoders.folder import MINILM
from jobfit.encoders.generated import Generated, GeneratedStore, TextSource
from jobfit.errors import InputError
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.ranking import measure_bm25, measure_random
from jobfit.experiments.row_cache import RowCache, joined
from jobfit.experiments.rows import Row
from jobfit.experiments.side_measurements import boosted_row, measure_beside
from jobfit.experiments.trial import Backbone, OnStep, Trial
from jobfit.llm.errors import AnswerError
from jobfit.training.fieldwise import FieldwiseEncoder, split_fields
from jobfit.training.generated import fill
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.mining.negatives import Negatives, mine_both
from jobfit.training.mining.strategies import Bm25, Random, RumWindow, Strategy
from jobfit.training.model import ModelOptions
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.stages import Stage, contrastive_loss
from jobfit.training.validators import RankingValidator

MEASURES = ("nDCG@10", "R(rel=2)@10")


@dataclass(frozen=True, slots=True)
class ConfitSettings:
    """The sizes of the recipe.

    windows:    RUM's windows of the negatives ablation, as shares of the pool, without the rule for small pools.
    iterations: how often RUM mines and trains again (figure 3).
    negatives:  of the random and BM25 rows; table A4 takes ten.
    """

    backbone: str = MINILM
    model: ModelOptions = field(default_factory=lambda: ModelOptions(max_tokens=256))
    loop: TrainSettings = field(default_factory=lambda: TrainSettings(epochs=5, batch_size=32, learning_rate=5e-5))
    stage: Stage = field(default_factory=lambda: Stage(temperature=0.05))
    windows: tuple[tuple[float, float], ...] = ((0.0, 0.01), (0.01, 0.02), (0.02, 0.03), (0.03, 0.04), (0.04, 0.05))
    iterations: int = 2
    negatives: int = 10

    def __post_init__(self) -> None:
        """Check the ranges."""
        if self.iterations < 1 or self.negatives < 1:
            raise InputError("iterations and negatives must be at least 1")


def confit_rows(
    data: ExperimentData,
    settings: ConfitSettings,
    row_cache: RowCache,
    seeds: tuple[int, ...],
    hyre: TextSource,
    on_step: OnStep = lambda what, done, total: None,
) -> tuple[Row, ...]:
    """Run the whole paper on ``data`` for every seed and return its rows; finished ones are read again.

    Raises:
        Whatever training, mining and the source of hypothetical resumes raise; what is finished stays.
    """
    backbone = Backbone(settings.backbone, settings.model, settings.loop, settings.stage)
    augmented = with_hyre(data, hyre, row_cache.folder / "hyre.jsonl")
    rows: list[Row] = []
    for seed in seeds:
        trial = Trial(backbone, row_cache, seed, on_step)
        rows += _baselines(trial, data)
        rows += _main_rows(trial, data, augmented, settings)
        for key in ("raw", "whole"):
            measure_beside(trial, key, data)
        for key in ("hyre", *(f"rum-{t}" for t in range(1, settings.iterations + 1))):
            measure_beside(trial, key, augmented)
        rows += _negatives_rows(trial, data, settings)
        for key in ("whole", "hyre", *(f"rum-{t}" for t in range(1, settings.iterations + 1))):
            trial.forget(key)
    return joined(rows)


def with_hyre(data: ExperimentData, source: TextSource, path: Path) -> ExperimentData:
    """Return the data with a hypothetical resume joined to every vacancy; what was written is kept in ``path``."""
    wanted = [*data.train.vacancies.values(), *data.validation.vacancies.values(), *data.held_out.vacancies.values()]
    with GeneratedStore.for_writing(path, source) as store:
        filled = fill(store, source, wanted)
        if filled.failed:
            raise InputError(f"{filled.failed} vacancies got no hypothetical resume: run it again to ask for these")
        return data.with_hyre(store)


def _baselines(trial: Trial, data: ExperimentData) -> list[Row]:
    """Random order, BM25 and BM25L, TF-IDF with boosted trees, and the backbone untrained."""
    return [
        trial.cache.row("random", "random order", trial.seed, lambda: (measure_random(data.held_out, trial.seed), {})),
        trial.cache.row("bm25", "BM25", trial.seed, lambda: (measure_bm25(data.held_out), {})),
        trial.cache.row("bm25l", "BM25L", trial.seed, lambda: (measure_bm25(data.held_out, "bm25l"), {})),
        boosted_row(trial, data),
        trial.row("raw", "backbone, untrained", data, trial.raw),
    ]


def _main_rows(trial: Trial, data: ExperimentData, augmented: ExperimentData, settings: ConfitSettings) -> list[Row]:
    """ConFit, ConFit*, + HyRe, + RUM, RUM again."""
    rows = (
        [trial.row("fieldwise", "ConFit: field-wise", data, lambda: _fieldwise(trial, data))] if _fielded(data) else []
    )
    rows.append(trial.row("whole", "ConFit*: whole document", data, lambda: trial.model("whole", data)))
    rows.append(trial.row("hyre", "+ HyRe", augmented, lambda: trial.model("hyre", augmented)))
    for t in range(1, settings.iterations + 1):
        before = "hyre" if t == 1 else f"rum-{t - 1}"
        label = "+ RUM (t = 1)" if t == 1 else f"RUM, t = {t}"
        mined = _mining(trial, augmented, (before, RumWindow(), t))
        key = f"rum-{t}"
        rows.append(trial.row(key, label, augmented, _making(trial, key, augmented, mined)))
    return rows


def _negatives_rows(trial: Trial, data: ExperimentData, settings: ConfitSettings) -> list[Row]:
    """Table A4: ConFit* (no HyRe) trained again with each kind of negatives."""
    kinds: dict[str, tuple[str, Strategy]] = {
        "neg-random": (f"negatives: {settings.negatives} random", Random(k=settings.negatives)),
        "neg-bm25": (f"negatives: BM25 top {settings.negatives}", Bm25(k=settings.negatives)),
    }
    for low, high in settings.windows:
        name = f"neg-rum-{low:g}-{high:g}"
        kinds[name] = (f"negatives: RUM {100 * low:g}-{100 * high:g} %", RumWindow(low, high, skip=0))
    rows = []
    for number, (key, (label, strategy)) in enumerate(kinds.items(), start=10):
        mined = _mining(trial, data, ("whole", strategy, number))
        rows.append(trial.row(key, label, data, _making(trial, key, data, mined)))
        trial.forget(key)
    return rows


def _mining(trial: Trial, data: ExperimentData, how: tuple[str, Strategy, int]) -> Callable[[], Negatives]:
    """Return what mines with the model of an earlier row, when it is needed."""
    before, strategy, number = how
    return lambda: mine_both(trial.model(before, data), trial.training(data), strategy, trial.seed * 1000 + number)


def _making(trial: Trial, key: str, data: ExperimentData, mined: Callable[[], Negatives]) -> Callable[[], Any]:
    return lambda: trial.model(key, data, mined)


def _fielded(data: ExperimentData) -> bool:
    """Whether the texts have fields (ConFit's template), without which there is no field-wise row."""
    try:
        split_fields(next(iter(data.train.vacancies.values())))
    except (InputError, StopIteration):
        return False
    return True


def _fieldwise(trial: Trial, data: ExperimentData) -> FieldwiseEncoder:
    """Train ConFit v1's encoder on the same pairs with the same loss."""
    parts = (data.train, data.validation, data.held_out)
    texts = [text for part in parts for side in (part.candidates, part.vacancies) for text in side.values()]
    chosen = trial.backbone.of_seed(trial.seed)
    model = FieldwiseEncoder.for_texts(trial.raw(), texts, trial.seed)
    objective = ContrastiveObjective(data.train, contrastive_loss(chosen.stage), draw=chosen.stage.draw)
    trainer = Trainer(
        model, objective, chosen.loop, trial.folder / "fieldwise",
        data_hash=f"{data.train.hash}+{data.validation.hash}", validator=RankingValidator(data.validation),
        facts={"fields": model.fields},
        on_progress=lambda done, total: trial.on_step(f"fieldwise, seed {trial.seed}", done, total),
    )  # fmt: skip
    trainer.run()
    trial.forget("fieldwise")
    return model


def facts_of(data: ExperimentData, settings: ConfitSettings, hyre: TextSource) -> Mapping[str, Any]:
    """Return everything that the rows depend on beside the seed."""
    return {
        "recipe": "confit-v2",
        "source": data.source,
        "train": data.train.hash,
        "validation": data.validation.hash,
        "settings": asdict(settings),
        "hyre": {"by": hyre.name, **hyre.settings()},
    }


@dataclass(frozen=True)
class OfFields:
    """A source that reads texts of ConFit's template without its section lines, which no rule for texts expects."""

    source: TextSource

    @property
    def name(self) -> str:
        """As the source."""
        return self.source.name

    @property
    def kind(self) -> str:
        """As the source."""
        return self.source.kind

    def settings(self) -> Mapping[str, Any]:
        """As the source, and that section lines were taken off."""
        return {**self.source.settings(), "section_lines": "taken off"}

    def write_all(self, texts: Iterable[str]) -> Iterator[Generated | AnswerError]:
        """Yield what the source writes for the values of each text's fields."""
        return self.source.write_all(map(_values, texts))


def _values(text: str) -> str:
    try:
        return "\n\n".join(value for value in split_fields(text)[1].values())
    except InputError:
        return text
