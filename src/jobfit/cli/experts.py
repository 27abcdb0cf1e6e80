"""jobfit experts and chances: train both sides of a match on a funnel's log, and say what they say of pairs."""

from __future__ import annotations

from jobfit.app import experts as app
from jobfit.app.experts import ChancesResult, ExpertsResult
from jobfit.cli.command import command
from jobfit.cli.output import stdout


def _print_trained(result: ExpertsResult) -> None:
    for name, counts in (("Trained on", result.train), ("Calibrated on", result.validation)):
        stdout.print(
            f"{name} {counts['pairs']:,} pairs shown: {counts['applied']:,} applied to, {counts['judged']:,} judged, "
            f"{counts['accepted']:,} accepted"
        )
    for name, of in (("Preference", result.preference), ("Qualification", result.qualification)):
        said = "not measured, too few verdicts on validation"
        if of is not None:
            said = f"{of.ece}; Brier score {of.brier} (the share of positives alone: {of.prior_brier:.4f})"
        stdout.print(f"{name}, calibration error: {said}", soft_wrap=True)
    if result.calibration == "none":
        stdout.print("Not calibrated: no policy will take them.")
    stdout.print(f"Written to {result.model}; use it with --qualification", soft_wrap=True)
    if result.plot is not None:
        stdout.print(f"Reliability curves: {result.plot}", soft_wrap=True)


def _print_chances(result: ChancesResult) -> None:
    stdout.print(f"{result.pairs:,} pairs written to {result.out}", soft_wrap=True)


experts = command(app.experts, _print_trained)
chances = command(app.chances, _print_chances)
