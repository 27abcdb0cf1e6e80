"""ConFit v2's table A1: what the text joined to a vacancy, or to a resume, gives and could give at most.

    Resume2Job   a hypothetical vacancy joined to every resume, vacancies as they are
    Max-match    a real accepted resume joined to every vacancy (:mod:`~jobfit.experiments.accepted`)
    Centroid     the accepted candidates' mean as the vacancy's vector

Resume2Job and max-match are trained as ConFit* is, on the same pairs, and tested on texts of the same form. The paper
trains this table on a fifth of its data; here it is all of them, so that ConFit* and HyRe stand beside. Not here: the
rows for which a language model was fine-tuned.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jobfit.encoders.generated import GeneratedStore, TextSource, augmented_texts
from jobfit.errors import InputError
from jobfit.experiments.accepted import CENTROID, best_graded, best_matched, with_accepted
from jobfit.experiments.confit_v2 import ConfitSettings
from jobfit.experiments.data import ExperimentData
from jobfit.experiments.ranking import measure_encoder
from jobfit.experiments.row_cache import RowCache, joined
from jobfit.experiments.rows import Columns, Row
from jobfit.experiments.trial import Backbone, OnStep, Trial
from jobfit.training.generated import fill

RESUME2JOB, HUMAN, ENCODER = "a1-resume2job", "a1-human", "a1-encoder"
UPPER = "upper bound: sees the answers"
LABELS = {
    RESUME2JOB: "Resume2Job: hypothetical vacancies joined to resumes",
    HUMAN: f"Max-match, human ({UPPER})",
    ENCODER: f"Max-match, encoder ({UPPER})",
    CENTROID: f"Centroid of the accepted ({UPPER})",
}


def a1_rows(
    data: ExperimentData,
    settings: ConfitSettings,
    row_cache: RowCache,
    seeds: tuple[int, ...],
    source: TextSource,
    *,
    train: bool = True,
    on_step: OnStep = lambda what, done, total: None,
) -> tuple[Row, ...]:
    """Train and measure the rows of table A1 for every seed; ``source`` writes hypothetical vacancies.

    The centroid is measured with ConFit*'s model while that is there; a seed where it was gone has none.
    Without ``train`` only what is kept already comes back.

    Raises:
        Whatever training and the source raise; what is finished stays.
    """
    backbone = Backbone(settings.backbone, settings.model, settings.loop, settings.stage)
    first = Trial(backbone, row_cache, seeds[0], on_step)
    texts: dict[str, Callable[[], ExperimentData]] = {
        RESUME2JOB: cache(lambda: with_hypothetical_vacancies(data, source, row_cache.folder / "resume2job.jsonl")),
        HUMAN: cache(lambda: with_accepted(data, best_graded, "An accepted resume joined (human)")),
        ENCODER: cache(
            lambda: with_accepted(data, best_matched(first.raw(), settings.loop), "An accepted resume joined (encoder)")
        ),
    }
    rows: list[Row] = []
    for key, texts_of in texts.items():
        for seed in seeds:
            if train or row_cache.find(key, seed) is not None:
                rows.append(_row(Trial(backbone, row_cache, seed, on_step), key, texts_of))
    for seed in seeds:
        if (found := row_cache.find(CENTROID, seed)) is not None:
            rows.append(Row(CENTROID, LABELS[CENTROID], {seed: found["columns"]}))
    return joined(rows)


def _row(trial: Trial, key: str, texts: Callable[[], ExperimentData]) -> Row:
    """One row of one seed; its model is dropped at once."""

    def measured() -> tuple[Columns, dict[str, int]]:
        data, loop = texts(), trial.backbone.loop
        model = trial.model(key, data)
        cut = len(model.tokenise(data.held_out.vacancies).cut), len(model.tokenise(data.held_out.candidates).cut)
        columns = measure_encoder(model, data.held_out, loop)
        return columns, {"held_out_vacancies_cut": cut[0], "held_out_candidates_cut": cut[1]}

    row = trial.cache.row(key, LABELS[key], trial.seed, measured)
    trial.forget(key)
    return row


def with_hypothetical_vacancies(data: ExperimentData, source: TextSource, path: Path) -> ExperimentData:
    """Return the data with a hypothetical vacancy joined to every resume; what was written is kept in ``path``."""
    wanted = [*data.train.candidates.values(), *data.validation.candidates.values(), *data.held_out.candidates.values()]
    with GeneratedStore.for_writing(path, source) as store:
        filled = fill(store, source, wanted)
        if filled.failed:
            raise InputError(f"{filled.failed} resumes got no hypothetical vacancy: run it again to ask for these")
        return data.with_candidates(lambda texts: augmented_texts(texts, store), f"Resume2Job by {source.name}.")
