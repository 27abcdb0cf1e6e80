"""jobfit paraphrase: the texts that ``jobfit train --augment paraphrase`` copies, in other words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from jobfit.cli.gathered import gathered
from jobfit.cli.hyre import dry_run_store, fill_store, finish
from jobfit.cli.llm_options import DryRun, LlmOptions, asks_a_model, llm_client
from jobfit.cli.options import AsJson, Name, Out, Seed
from jobfit.cli.train import SetOptions, read_sets
from jobfit.cli.train_augment import PARAPHRASED, CopiedTexts
from jobfit.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(paraphrase)


@gathered("sets", SetOptions)
@asks_a_model()
def paraphrase(
    *,
    sets: SetOptions,
    out: Out,
    augment_texts: CopiedTexts = 500,
    offline: Annotated[
        bool, typer.Option("--offline", help="Other names of a taxonomy and another order: not a language model.")
    ] = False,
    taxonomy: Name = "compact",
    seed: Seed = 0,
    llm: LlmOptions,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write a paraphrase of each text that is copied to OUT; a second run makes only what is missing.

    The options of the data are those of the training. The paraphrases are training material and nothing else. Exit
    code 7: some texts got no usable answer.
    """
    from jobfit.training.augmentation import Augmentation, originals

    train, _ = read_sets(sets, seed)
    way = Augmentation(PARAPHRASED, lambda text, random: text, augment_texts, augment_texts)
    texts = list(dict.fromkeys(originals(train, way, seed)))
    with _source(llm, taxonomy if offline else None, seed) as source:
        answer = (dry_run_store if dry_run else fill_store)(source, texts, out)
    finish({"paraphrase": source.name, **answer}, as_json, llm.keep_incomplete)


@contextmanager
def _source(options: LlmOptions, taxonomy: str | None, seed: int) -> Iterator[Any]:
    from jobfit.taxonomy.stored import load_taxonomy
    from jobfit.training.paraphrase import LlmParaphrase, OfflineParaphrase, TaxonomySynonyms

    if (taxonomy is None) == (options.url is None):
        raise InputError("say who writes: --llm-url and --llm-model, or --offline (a taxonomy, no language model)")
    if taxonomy is not None:
        yield OfflineParaphrase(TaxonomySynonyms(load_taxonomy(taxonomy)), seed)
        return
    with llm_client(options) as client:
        yield LlmParaphrase(client)
