"""``jobfit train --augment`` and ``jobfit paraphrase``: ConFit v1's noisy copies, of the train split alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.output import stderr
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.augmentation import Augmentation
    from jobfit.training.data import TrainingSet

PARAPHRASED = "paraphrase"  # the name of the way, which decides together with the seed which texts are copied


class Way(StrEnum):
    """How copies are made."""

    EDA = "eda"
    ROWS = "rows"
    PARAPHRASE = "paraphrase"


Ways = Annotated[
    list[Way] | None,
    typer.Option(
        "--augment",
        help="Add noisy copies of training texts: eda, rows (of rejects), paraphrase (of --paraphrases); may be "
        "repeated.",
    ),
]
CopiedTexts = Annotated[
    int, typer.Option("--augment-texts", min=1, help="Copies of each side and each way; fewer texts are all copied.")
]
Paraphrases = Annotated[Path | None, typer.Option(help="With --augment paraphrase: a file of `jobfit paraphrase`.")]


@dataclass(frozen=True, slots=True)
class Copies:
    """The options: which ways, how many texts of each side, and where paraphrases are."""

    ways: Sequence[Way] = ()
    texts: int = 500
    paraphrases: Path | None = None
    seed: int = 0

    def check(self, contrastive: bool, rounds: bool) -> None:
        """Refuse what does not go together.

        Raises:
            InputError: which options, and why.
        """
        if (Way.PARAPHRASE in self.ways) != (self.paraphrases is not None):
            raise InputError("--augment paraphrase and --paraphrases FILE belong together (`jobfit paraphrase`)")
        if self.ways and not contrastive:
            raise InputError("--augment copies pairs: it belongs to the method contrastive")
        if self.ways and rounds:
            raise InputError("--augment belongs to one training: --rounds would mine copies as negatives")


def augmented(train: TrainingSet, options: Copies) -> tuple[TrainingSet, dict[str, Any]]:
    """Return the set with its copies, and what the model card says of them.

    Raises:
        InputError: the store is of something else, or holds a paraphrase of none of the texts.
    """
    if not options.ways:
        return train, {}
    from jobfit.training.augmentation import augment

    with ExitStack() as stack:
        ways = [_way(name, options, train, stack) for name in dict.fromkeys(options.ways)]
        found = augment(train, [way for way, _ in ways], options.seed)
        said = {way.name: _count(found, way.name) | facts for way, facts in ways}
    for name, facts in said.items():
        stderr.print(f"Augmented by {name}: {facts['candidates']:,} candidates, {facts['vacancies']:,} vacancies")
    stderr.print(f"With the copies: {len(found.positives):,} pairs, {len(found.rejects):,} rejects")
    return found, {"augmented": said}


def _way(name: Way, options: Copies, train: TrainingSet, stack: ExitStack) -> tuple[Augmentation, dict[str, Any]]:
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.augmentation import Augmentation, Random, eda, rejects_rewritten
    from jobfit.training.paraphrase import TaxonomySynonyms, rewrite_from

    n = options.texts
    if name is Way.ROWS:
        return Augmentation("rows", rejects_rewritten, n, n, "rejects"), {}
    if name is Way.EDA:
        from jobfit.taxonomy.compact import load_compact

        names = TaxonomySynonyms(load_compact())

        def noisy(text: str, random: Random) -> str:
            return eda(text, random, names)

        return Augmentation("eda", noisy, n, n), {"synonyms": names.taxonomy.version}
    assert options.paraphrases is not None  # checked before
    store = stack.enter_context(GeneratedStore.read(options.paraphrases))
    way = Augmentation(PARAPHRASED, rewrite_from(store), n, n)
    _check_held(store, way, train, options.seed)
    return way, {"by": store.name}


def _check_held(store: GeneratedStore, way: Augmentation, train: TrainingSet, seed: int) -> None:
    """Say how many texts have no paraphrase; refuse a store that holds none of them."""
    from jobfit.training.augmentation import originals
    from jobfit.training.generated import missing_texts

    wanted = list(dict.fromkeys(originals(train, way, seed)))
    missing = len(missing_texts(store, wanted))
    if missing == len(wanted):
        raise InputError(
            f"--paraphrases holds none of the {len(wanted)} texts to copy: run `jobfit paraphrase` with the same data, "
            "--hold-out, --seed and --augment-texts"
        )
    if missing:
        stderr.print(f"{missing} of {len(wanted)} texts have no paraphrase and get no copy")


def _count(found: TrainingSet, name: str) -> dict[str, Any]:
    from jobfit.training.augmented_ids import copied

    prefix = copied(name, "")
    counts: Counter[str] = Counter()
    for side in ("candidates", "vacancies"):
        counts[side] = sum(i.startswith(prefix) for i in getattr(found, side))
    return dict(counts)
