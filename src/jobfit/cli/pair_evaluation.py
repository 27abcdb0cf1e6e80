"""jobfit classify: measures of scored pairs, beside what doing nothing scores."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jobfit.cli.options import AsJson, Seed
from jobfit.errors import InputError


class Criterion(StrEnum):
    """What a threshold may maximise on the validation pairs."""

    F1 = "f1"
    F1_WEIGHTED = "f1_weighted"
    ACCURACY = "accuracy"
    BALANCED_ACCURACY = "balanced_accuracy"


class Binning(StrEnum):
    """How the calibration error cuts [0, 1]."""

    WIDTH = "width"
    MASS = "mass"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(classify)


def classify(
    *,
    test: Annotated[Path, typer.Option(help="CSV or JSON Lines: query_id, document_id, label (0, 1), score.")],
    validation: Annotated[Path | None, typer.Option(help="Pairs that choose the threshold; none of --test.")] = None,
    threshold: Annotated[float | None, typer.Option(help="Instead of --validation: stated beforehand.")] = None,
    criterion: Annotated[Criterion, typer.Option(help="What the threshold maximises.")] = Criterion.F1,
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="Scores are probabilities: calibration.")
    ] = False,
    bins: Annotated[int, typer.Option(min=1, help="Bins of the calibration error.")] = 10,
    binning: Annotated[Binning, typer.Option(help="Bins of equal width, or of equal mass.")] = Binning.WIDTH,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Classify scored pairs: accuracy to ROC-AUC with 95 % intervals, beside always no, always yes and the prior."""
    from jobfit.cli.pair_output import show_classification
    from jobfit.evaluation.calibration import calibration
    from jobfit.evaluation.classification import classify as classify_pairs
    from jobfit.evaluation.scored_files import read_scored_pairs
    from jobfit.evaluation.thresholds import Threshold, choose_threshold

    if (validation is None) == (threshold is None):
        raise InputError("give --validation, on which the threshold is chosen, or a --threshold stated beforehand")
    tested = read_scored_pairs(test)
    if validation is not None:
        chosen = choose_threshold(read_scored_pairs(validation), criterion.value)
    else:
        chosen = Threshold.stated(threshold or 0.0)
    result = classify_pairs(tested, chosen, seed)
    calibrated = calibration(tested, bins, binning.value, seed) if probabilities else None
    show_classification(result, calibrated, as_json)
