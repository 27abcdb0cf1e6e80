"""Generated texts: a hypothetical resume for each vacancy, and paraphrases to train on beside their originals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from jobfit.app.llm import Asked, DryRun, Estimate, LlmOptions, llm_client
from jobfit.app.training_request import CopiedTexts, TrainingData
from jobfit.app.training_texts import read_sets
from jobfit.app.wire import Out, Progress, Request, Result, Seed, Tenant, quiet
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.encoders.generated import TextSource

TaxonomyName = Annotated[str, Field(description="compact, an imported taxonomy, or a folder of ESCO CSV files.")]


class HyreRequest(Request):
    vacancies: Path | None = Field(None, description="JSON Lines as of BEIR, a `jobfit prepare` folder, or a data set.")
    resumes: Path | None = Field(
        None, description="Instead: resumes that get hypothetical vacancies (the published ablation)."
    )
    stored: bool = Field(False, description="Instead: the vacancies in the database, as `jobfit match` reads them.")
    tenant: Tenant = "default"
    examples: Path | None = Field(
        None,
        description="Accepted pairs to show as examples, as the paper does; without, none: small models copy them.",
    )
    out: Out
    offline: bool = Field(False, description="Write from taxonomy and templates instead: not a language model.")
    taxonomy: TaxonomyName = "compact"
    mask: bool = Field(False, description="Mask the texts first, as `jobfit rank` does.")
    seed: Seed = 0
    llm: LlmOptions = Field(default_factory=LlmOptions)
    dry_run: DryRun = False


class ParaphraseRequest(Request):
    sets: TrainingData = Field(default_factory=TrainingData)
    out: Out
    augment_texts: CopiedTexts = 500
    offline: bool = Field(False, description="Other names of a taxonomy and another order: not a language model.")
    taxonomy: TaxonomyName = "compact"
    seed: Seed = 0
    llm: LlmOptions = Field(default_factory=LlmOptions)
    dry_run: DryRun = False


class Filled(Result):
    """The store: texts written now and kept from before, failures by reason, and what a language model took."""

    out: Path
    written: int
    kept: int
    failed: int
    failures: dict[str, int]
    facts: dict[str, Any]
    llm: Asked | None


class Missing(Result):
    """What the store lacks, and what asking for it would take (``None``: an offline source takes nothing)."""

    out: Path
    missing: int
    estimate: Estimate | None


class HyreResult(Filled):
    hyre: str = Field(description="Who wrote the texts.")


class HyreEstimate(Missing):
    hyre: str = Field(description="Who would write the texts.")


class ParaphraseResult(Filled):
    paraphrase: str = Field(description="Who wrote the texts.")


class ParaphraseEstimate(Missing):
    paraphrase: str = Field(description="Who would write the texts.")


def hyre(request: HyreRequest, progress: Progress = quiet) -> HyreResult | HyreEstimate:
    """Write a hypothetical resume for each vacancy to OUT; a second run makes only what is missing.

    The texts belong to nobody and are read by encoders alone. Exit code 7: some vacancies got no usable answer.
    """
    kind, texts = _hyre_texts(request)
    with _hyre_source(request, kind) as source:
        if request.dry_run:
            return HyreEstimate(hyre=source.name, **_missing(source, texts, request.out))
        return HyreResult(hyre=source.name, **_fill(source, texts, request.out, progress))


def paraphrase(request: ParaphraseRequest, progress: Progress = quiet) -> ParaphraseResult | ParaphraseEstimate:
    """Write a paraphrase of each text that is copied to OUT; a second run makes only what is missing.

    The options of the data are those of the training. The paraphrases are training material and nothing else. Exit
    code 7: some texts got no usable answer.
    """
    from jobfit.training.augmentation import Augmentation, originals

    train, _ = read_sets(request.sets, request.seed)
    way = Augmentation("paraphrase", lambda text, random: text, request.augment_texts, request.augment_texts)
    texts = list(dict.fromkeys(originals(train, way, request.seed)))
    with _paraphrase_source(request, train.vacancies.values()) as source:
        if request.dry_run:
            return ParaphraseEstimate(paraphrase=source.name, **_missing(source, texts, request.out))
        return ParaphraseResult(paraphrase=source.name, **_fill(source, texts, request.out, progress))


def _hyre_texts(request: HyreRequest) -> tuple[str, list[str]]:
    """The kind of text that is wanted, and what it is wanted for."""
    from jobfit.documents.masking import TextKind, has_words
    from jobfit.encoders.generated import HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY
    from jobfit.reading import masked_texts
    from jobfit.training.annotation_files import read_texts

    if request.stored and not request.vacancies and not request.resumes:
        return HYPOTHETICAL_RESUME, _stored_vacancies(request.tenant)
    if request.vacancies and not request.resumes:
        kind, texts = HYPOTHETICAL_RESUME, read_texts(request.vacancies, "vacancies")
    elif request.resumes and not request.vacancies:
        kind, texts = HYPOTHETICAL_VACANCY, read_texts(request.resumes, "candidates")
    else:
        raise InputError(
            "name the texts: --vacancies or --stored for hypothetical resumes, or --resumes for the ablation"
        )
    if request.mask:
        asked = TextKind.VACANCY if kind == HYPOTHETICAL_RESUME else TextKind.CV
        texts = {i: text for i, text in masked_texts(texts, asked).items() if has_words(text)}
    return kind, list(dict.fromkeys(texts.values()))


def _stored_vacancies(tenant: str) -> list[str]:
    from jobfit.documents.render import render
    from jobfit.records import Kind
    from jobfit.store.repository import open_store

    with open_store(tenant=tenant) as store:
        texts = [render(store.get(Kind.VACANCY, row.id)).text for row in store.list(Kind.VACANCY)]
    if not texts:
        raise InputError("the store holds no vacancy: ingest some first (jobfit ingest PATH...)")
    return list(dict.fromkeys(texts))


@contextmanager
def _hyre_source(request: HyreRequest, kind: str) -> Iterator[TextSource]:
    from jobfit.training.hyre import LlmHyre, examples_of
    from jobfit.training.hyre_template import TemplateHyre
    from jobfit.training.reading import read_training_set

    if request.offline == (request.llm.url is not None):
        raise InputError("say who writes: --llm-url and --llm-model, or --offline (templates, no language model)")
    if request.offline:
        from jobfit.taxonomy.stored import load_taxonomy

        yield TemplateHyre(load_taxonomy(request.taxonomy), kind)
        return
    with llm_client(request.llm) as client:
        examples = examples_of(read_training_set(request.examples), request.seed) if request.examples else ()
        yield LlmHyre(client, examples, request.seed, kind)


@contextmanager
def _paraphrase_source(request: ParaphraseRequest, vacancies: Collection[str]) -> Iterator[TextSource]:
    from jobfit.taxonomy.stored import load_taxonomy
    from jobfit.training.paraphrase import LlmParaphrase, OfflineParaphrase, TaxonomySynonyms

    if request.offline == (request.llm.url is not None):
        raise InputError("say who writes: --llm-url and --llm-model, or --offline (a taxonomy, no language model)")
    if request.offline:
        yield OfflineParaphrase(TaxonomySynonyms(load_taxonomy(request.taxonomy)), request.seed)
        return
    with llm_client(request.llm) as client:
        yield LlmParaphrase(client, vacancies)


def _fill(source: TextSource, texts: Sequence[str], out: Path, progress: Progress) -> dict[str, Any]:
    """The fields of :class:`Filled`, once the store is."""
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.asking import AsksModel, fill

    with GeneratedStore.for_writing(out, source) as store:
        for note in store.notes:
            progress.note(note)
        filled = fill(store, source, texts, lambda done: progress.step("Writing", done, len(texts)))
        facts = store.facts()
    llm = source.client if isinstance(source, AsksModel) else None
    return {"out": out, "facts": facts, "llm": llm and Asked.of(llm), "failed": filled.failed, **asdict(filled)}


def _missing(source: TextSource, texts: Sequence[str], out: Path) -> dict[str, Any]:
    """The fields of :class:`Missing`."""
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.asking import WritesTexts, missing_texts

    store = GeneratedStore.read(out) if out.exists() and out.stat().st_size else None
    missing = missing_texts(store, texts)
    estimate = Estimate.of(source.estimate(missing)) if isinstance(source, WritesTexts) else None
    return {"out": out, "missing": len(missing), "estimate": estimate}
