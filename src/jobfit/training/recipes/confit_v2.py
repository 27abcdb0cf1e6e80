"""ConFit v2 as a recipe, row by row as in its tables 1-3, A4 and figure 3.

    ConFit      fields encoded apart and merged (v1's encoder)
    ConFit*     the whole document, mean pooling, equation 1 in both directions, human rejects as hard negatives
    + HyRe      a hypothetical resume joined to every vacancy, in training, mining and testing
    + RUM       train again from the backbone with the runner-ups that the encoder before ranked 3-4 % down
    RUM, t = 2  and once more with the newest encoder

The negatives of table A4 are without HyRe. Beside the ranking, the models of the main rows classify the held-out log
(:mod:`~jobfit.training.recipes.beside`). Rows that the paper takes from others and that are not here: MV-CoN, InEXIT,
DPGNN, XGBoost (TF-IDF with scikit-learn's boosted trees stands for it), OpenAI's embeddings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from jobfit.encoders.folder import MINILM
from jobfit.errors import InputError
from jobfit.llm.errors import AnswerError
from jobfit.training.fieldwise import FieldwiseEncoder, split_fields
from jobfit.training.generated import Generated, GeneratedStore, TextSource, fill
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.loop.trainer import Trainer
from jobfit.training.mining.strategies import Bm25, Random, RumWindow, Strategy
from jobfit.training.model import ModelOptions
from jobfit.training.objectives.contrastive import ContrastiveObjective
from jobfit.training.recipes.beside import boosted_row, measure_beside
from jobfit.training.recipes.columns import Row
from jobfit.training.recipes.data import RecipeData
from jobfit.training.recipes.kept import Kept, joined
from jobfit.training.recipes.measuring import measure_bm25, measure_random
from jobfit.training.recipes.negatives import Negatives, mine_both
from jobfit.training.recipes.workshop import Backbone, OnStep, Workshop
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
    data: RecipeData,
    settings: ConfitSettings,
    kept: Kept,
    seeds: tuple[int, ...],
    hyre: TextSource,
    on_step: OnStep = lambda what, done, total: None,
) -> tuple[Row, ...]:
    """Run the whole paper on ``data`` for every seed and return its rows; finished ones are read again.

    Raises:
        Whatever training, mining and the source of hypothetical resumes raise; what is finished stays.
    """
    backbone = Backbone(settings.backbone, settings.model, settings.loop, settings.stage)
    augmented = with_hyre(data, hyre, kept.folder / "hyre.jsonl")
    rows: list[Row] = []
    for seed in seeds:
        shop = Workshop(backbone, kept, seed, on_step)
        rows += _baselines(shop, data)
        rows += _main_rows(shop, data, augmented, settings)
        for key in ("raw", "whole"):
            measure_beside(shop, key, data)
        for key in ("hyre", *(f"rum-{t}" for t in range(1, settings.iterations + 1))):
            measure_beside(shop, key, augmented)
        rows += _negatives_rows(shop, data, settings)
        for key in ("whole", "hyre", *(f"rum-{t}" for t in range(1, settings.iterations + 1))):
            shop.forget(key)
    return joined(rows)


def with_hyre(data: RecipeData, source: TextSource, path: Path) -> RecipeData:
    """Return the data with a hypothetical resume joined to every vacancy; what was written is kept in ``path``."""
    wanted = [*data.train.vacancies.values(), *data.validation.vacancies.values(), *data.held_out.vacancies.values()]
    with GeneratedStore.for_writing(path, source) as store:
        filled = fill(store, source, wanted)
        if filled.failed:
            raise InputError(f"{filled.failed} vacancies got no hypothetical resume: run it again to ask for these")
        return data.with_hyre(store)


def _baselines(shop: Workshop, data: RecipeData) -> list[Row]:
    """Random order, BM25 and BM25L, TF-IDF with boosted trees, and the backbone untrained."""
    return [
        shop.kept.row("random", "random order", shop.seed, lambda: (measure_random(data.held_out, shop.seed), {})),
        shop.kept.row("bm25", "BM25", shop.seed, lambda: (measure_bm25(data.held_out), {})),
        shop.kept.row("bm25l", "BM25L", shop.seed, lambda: (measure_bm25(data.held_out, "bm25l"), {})),
        boosted_row(shop, data),
        shop.row("raw", "backbone, untrained", data, shop.raw),
    ]


def _main_rows(shop: Workshop, data: RecipeData, augmented: RecipeData, settings: ConfitSettings) -> list[Row]:
    """ConFit, ConFit*, + HyRe, + RUM, RUM again."""
    rows = [shop.row("fieldwise", "ConFit: field-wise", data, lambda: _fieldwise(shop, data))] if _fielded(data) else []
    rows.append(shop.row("whole", "ConFit*: whole document", data, lambda: shop.model("whole", data)))
    rows.append(shop.row("hyre", "+ HyRe", augmented, lambda: shop.model("hyre", augmented)))
    for t in range(1, settings.iterations + 1):
        before = "hyre" if t == 1 else f"rum-{t - 1}"
        label = "+ RUM (t = 1)" if t == 1 else f"RUM, t = {t}"
        mined = _mining(shop, augmented, (before, RumWindow(), t))
        key = f"rum-{t}"
        rows.append(shop.row(key, label, augmented, _making(shop, key, augmented, mined)))
    return rows


def _negatives_rows(shop: Workshop, data: RecipeData, settings: ConfitSettings) -> list[Row]:
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
        mined = _mining(shop, data, ("whole", strategy, number))
        rows.append(shop.row(key, label, data, _making(shop, key, data, mined)))
        shop.forget(key)
    return rows


def _mining(shop: Workshop, data: RecipeData, how: tuple[str, Strategy, int]) -> Callable[[], Negatives]:
    """Return what mines with the model of an earlier row, when it is needed."""
    before, strategy, number = how
    return lambda: mine_both(shop.model(before, data), shop.training(data), strategy, shop.seed * 1000 + number)


def _making(shop: Workshop, key: str, data: RecipeData, mined: Callable[[], Negatives]) -> Callable[[], Any]:
    return lambda: shop.model(key, data, mined)


def _fielded(data: RecipeData) -> bool:
    """Whether the texts have fields (ConFit's template), without which there is no field-wise row."""
    try:
        split_fields(next(iter(data.train.vacancies.values())))
    except (InputError, StopIteration):
        return False
    return True


def _fieldwise(shop: Workshop, data: RecipeData) -> FieldwiseEncoder:
    """Train ConFit v1's encoder on the same pairs with the same loss."""
    parts = (data.train, data.validation, data.held_out)
    texts = [text for part in parts for side in (part.candidates, part.vacancies) for text in side.values()]
    chosen = shop.backbone.of_seed(shop.seed)
    model = FieldwiseEncoder.for_texts(shop.raw(), texts, shop.seed)
    objective = ContrastiveObjective(data.train, contrastive_loss(chosen.stage), draw=chosen.stage.draw)
    trainer = Trainer(
        model, objective, chosen.loop, shop.folder / "fieldwise",
        data_hash=f"{data.train.hash}+{data.validation.hash}", validator=RankingValidator(data.validation),
        facts={"fields": model.fields},
        on_progress=lambda done, total: shop.on_step(f"fieldwise, seed {shop.seed}", done, total),
    )  # fmt: skip
    trainer.run()
    shop.forget("fieldwise")
    return model


def facts_of(data: RecipeData, settings: ConfitSettings, hyre: TextSource) -> Mapping[str, Any]:
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
