"""What ``jobfit train`` reads beside the data: mined negatives, hypothetical texts, augmented copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.hyre_options import Hyre, open_hyre
from jobfit.cli.output import stderr
from jobfit.cli.train_augment import CopiedTexts, Copies, Paraphrases, Ways, augmented
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.training.data import TrainingSet
    from jobfit.training.mining.negatives import Negatives


@dataclass(frozen=True, slots=True)
class BesideOptions:
    """What stands beside the data on the command line."""

    negatives: Annotated[
        Path | None,
        typer.Option("--negatives", help="Hard negatives of `jobfit mine`: its folder, one in it, or a Parquet table."),
    ] = None
    hyre: Hyre = None
    augment: Ways = None
    augment_texts: CopiedTexts = 500
    paraphrases: Paraphrases = None
    groups: Annotated[
        Path | None,
        typer.Option(help="CSV of candidate_id and attributes: results by group for the model card; never trained on."),
    ] = None

    def of(self, contrastive: bool, mines: str | None, seed: int) -> Beside:
        """Return what is read: for a contrastive training or not, in rounds with the strategy ``mines`` or at once."""
        copies = Copies(tuple(self.augment or ()), self.augment_texts, self.paraphrases, seed)
        return Beside(self.hyre, self.negatives, copies, contrastive, mines)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is read beside the data, and whether the training runs in rounds and which strategy mines there."""

    hyre: Path | None = None
    negatives: Path | None = None
    copies: Copies = field(default_factory=Copies)
    contrastive: bool = True
    rounds: str | None = None

    def check(self) -> None:
        """Refuse what does not go together.

        Raises:
            InputError: which options, and why.
        """
        self.copies.check(self.contrastive, self.rounds is not None)
        if self.negatives is not None and self.rounds is not None:
            raise InputError("--negatives belongs to one training: --rounds mines its own with each model")
        if self.negatives is not None and not self.contrastive:
            raise InputError("--negatives belongs to the method contrastive: preferences have their own rejected side")
        if self.hyre is not None and self.rounds == "bm25":
            raise InputError("--hyre is read by encoders alone: mine the rounds with another strategy than bm25")


@dataclass(frozen=True, slots=True)
class Texts:
    """What is trained on: both sets as the encoder reads them, negatives, and ``notes`` for the model card."""

    train: TrainingSet
    validation: TrainingSet | None
    negatives: Negatives | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hard(self) -> dict[str, Any]:
        """The negatives as :func:`jobfit.training.stages.fit` takes them."""
        if self.negatives is None:
            return {}
        return {"hard_candidates": self.negatives.candidates, "hard_vacancies": self.negatives.vacancies}


def texts_of(options: Beside, train: TrainingSet, validation: TrainingSet | None) -> Texts:
    """Read what the options name, hold it against the data, and say on stderr what it is.

    Raises:
        InputError: options do not go together, a file cannot be used, or it is not of these data.
    """
    from jobfit.encoders.hyre import side_of
    from jobfit.training.hyre_use import training_facts, with_hypothetical
    from jobfit.training.mining.reading import for_copies

    options.check()
    negatives, notes = _negatives(options.negatives, train)
    train, copied = augmented(train, options.copies)
    notes |= copied
    if negatives is not None:
        negatives = for_copies(negatives, train)
    with open_hyre(options.hyre) as store:
        parts = [train] if validation is None else [train, validation]
        if store is not None:
            notes |= training_facts(store, *parts)
            stderr.print(f"Hypothetical texts beside the {side_of(store)}: {store.name}")
        train, *rest = (with_hypothetical(part, store) for part in parts)
    return Texts(train, rest[0] if rest else None, negatives, notes)


def _negatives(path: Path | None, train: TrainingSet) -> tuple[Negatives | None, dict[str, Any]]:
    if path is None:
        return None, {}
    from jobfit.training.mining.reading import read_negatives

    found = read_negatives(path, train)
    facts = {
        "anchor_vacancies": len(found.candidates),
        "anchor_candidates": len(found.vacancies),
        "negatives": found.count(),
    }
    stderr.print(
        f"{facts['negatives']:,} mined negatives: candidates for {len(found.candidates):,} of "
        f"{len(train.positives_of_vacancies()):,} vacancies, vacancies for {len(found.vacancies):,} of "
        f"{len(train.positives_of_candidates()):,} candidates with a positive"
    )
    return found, {"mined": facts}
