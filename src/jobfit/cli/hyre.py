"""jobfit hyre: a hypothetical resume for each vacancy, by a language model or by its offline counterpart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.llm_options import DryRun, LlmOptions, asks_a_model, llm_client
from jobfit.cli.options import AsJson, Name, Out, Seed, Tenant
from jobfit.cli.output import print_json, progress, stderr, stdout
from jobfit.errors import InputError
from jobfit.llm.errors import LlmError

if TYPE_CHECKING:
    from jobfit.encoders.generated import TextSource
    from jobfit.llm.client import Client


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(hyre)


@asks_a_model()
def hyre(
    *,
    vacancies: Annotated[
        Path | None, typer.Option(help="JSON Lines as of BEIR, a `jobfit prepare` folder, or a data set.")
    ] = None,
    resumes: Annotated[
        Path | None, typer.Option(help="Instead: resumes that get hypothetical vacancies (the published ablation).")
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Instead: the vacancies in the database, as `jobfit match` reads them.")
    ] = False,
    tenant: Tenant = "default",
    examples: Annotated[
        Path | None, typer.Option(help="Where accepted pairs for the prompt are: a folder or data set to train on.")
    ] = None,
    out: Out,
    offline: Annotated[
        bool, typer.Option("--offline", help="Write from taxonomy and templates instead: not a language model.")
    ] = False,
    taxonomy: Name = "compact",
    mask: Annotated[bool, typer.Option(help="Mask the texts first, as `jobfit rank` does.")] = False,
    seed: Seed = 0,
    llm: LlmOptions,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write a hypothetical resume for each vacancy to OUT; a second run makes only what is missing.

    The texts belong to nobody and are read by encoders alone. Exit code 7: some vacancies got no usable answer.
    """
    kind, texts = _stored(tenant) if stored and not vacancies and not resumes else _texts(vacancies, resumes, mask)
    with _source(llm, taxonomy if offline else None, kind, examples, seed) as source:
        answer = (dry_run_store if dry_run else fill_store)(source, texts, out)
    finish({"hyre": source.name, **answer}, as_json, llm.keep_incomplete)


def finish(answer: Mapping[str, Any], as_json: bool, keep_incomplete: bool) -> None:
    """Print the answer; leave with the exit code of a model that cannot be used where ``failed`` requests remain."""
    if as_json:
        print_json(answer)
    else:
        stdout.print("\n".join(f"{name}: {value}" for name, value in answer.items()), soft_wrap=True)
    if answer.get("failed") and not keep_incomplete:
        stderr.print(f"{answer['failed']} got no usable answer. Run the command again: only these are asked for.")
        raise typer.Exit(LlmError.exit_code)


def spent_json(client: Client) -> dict[str, Any]:
    """Return the stable keys of what was asked, and what it took."""
    return {"url": client.url, "model": client.model, "spent": asdict(client.spent)}


def _stored(tenant: str) -> tuple[str, list[str]]:
    """The documents of the tenant's vacancies, which are masked when they are rendered."""
    from jobfit.documents.render import render
    from jobfit.encoders.generated import HYPOTHETICAL_RESUME
    from jobfit.records import Kind
    from jobfit.store.repository import open_store

    with open_store(tenant=tenant) as store:
        texts = [render(store.get(Kind.VACANCY, row.id)).text for row in store.list(Kind.VACANCY)]
    if not texts:
        raise InputError("the store holds no vacancy: ingest some first (jobfit ingest PATH...)")
    return HYPOTHETICAL_RESUME, list(dict.fromkeys(texts))


def _texts(vacancies: Path | None, resumes: Path | None, masked: bool) -> tuple[str, list[str]]:
    """What kind of text is wanted, and the texts of the files that it is wanted for."""
    from jobfit.documents.masking import mask
    from jobfit.encoders.generated import HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY
    from jobfit.training.annotation_files import read_texts

    if vacancies and not resumes:
        kind, texts = HYPOTHETICAL_RESUME, read_texts(vacancies, "vacancies")
    elif resumes and not vacancies:
        kind, texts = HYPOTHETICAL_VACANCY, read_texts(resumes, "candidates")
    else:
        raise InputError(
            "name the texts: --vacancies or --stored for hypothetical resumes, or --resumes for the ablation"
        )
    return kind, list(dict.fromkeys(mask(text).text if masked else text for text in texts.values()))


@contextmanager
def _source(
    options: LlmOptions, taxonomy: str | None, kind: str, examples: Path | None, seed: int
) -> Iterator[TextSource]:
    from jobfit.training.hyre import LlmHyre, examples_of
    from jobfit.training.hyre_template import TemplateHyre
    from jobfit.training.reading import read_training_set

    if (taxonomy is None) == (options.url is None):
        raise InputError("say who writes: --llm-url and --llm-model, or --offline (templates, no language model)")
    if taxonomy is not None:
        from jobfit.taxonomy.stored import load_taxonomy

        yield TemplateHyre(load_taxonomy(taxonomy), kind)
        return
    if examples is None:
        raise InputError("--examples: the prompt of a language model needs accepted pairs")
    with llm_client(options) as client:
        yield LlmHyre(client, examples_of(read_training_set(examples), seed), seed, kind)


def fill_store(source: TextSource, texts: Iterable[str], out: Path) -> dict[str, Any]:
    """Write to the store at ``out`` what it lacks for ``texts``; return the counts, and what a model took."""
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.asking import AsksModel
    from jobfit.training.generated import fill

    wanted = list(texts)
    with GeneratedStore.for_writing(out, source) as store, progress("Writing") as update:
        for note in store.notes:
            stderr.print(note)
        filled = fill(store, source, wanted, lambda done: update(done, len(wanted)))
        facts = store.facts()
    return {
        "out": str(out),
        "written": filled.written,
        "kept": filled.kept,
        "failed": filled.failed,
        "failures": dict(filled.failures),
        "facts": facts,
        "llm": spent_json(source.client) if isinstance(source, AsksModel) else None,
    }


def dry_run_store(source: TextSource, texts: list[str], out: Path) -> dict[str, Any]:
    """Count what the store lacks and what asking for it would take; nothing is sent or written."""
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.generated import EstimatesTexts, missing_texts

    store = GeneratedStore.read(out) if out.exists() and out.stat().st_size else None
    missing = missing_texts(store, texts)
    # What asks a model can say what that would take; an offline counterpart takes nothing.
    estimate = asdict(source.estimate(missing)) if isinstance(source, EstimatesTexts) else None
    return {"out": str(out), "missing": len(missing), "estimate": estimate}
