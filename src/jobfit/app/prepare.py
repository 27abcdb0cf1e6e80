"""Records and a log of applications into documents, labelled pairs and a funnel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from jobfit.app.applications import Columns, Statuses, TimeFormat, log_format
from jobfit.app.geo import places_named
from jobfit.app.llm import DryRun, Estimate, LlmOptions, llm_client
from jobfit.app.wire import BACKBONE, Out, Progress, Request, Result, quiet
from jobfit.errors import InputError, Rejection

if TYPE_CHECKING:
    from jobfit.preparation.prepare import Inputs
    from jobfit.preparation.variants import Variant
    from jobfit.taxonomy.model import Taxonomy


class EscoOptions(Request):
    title: ClassVar[str] = "The esco variant"

    taxonomy: str | None = Field(
        None, description="compact (the default), an imported taxonomy, or a folder of ESCO CSV files."
    )
    skills: Literal["evidenced", "both", "implied"] = Field(
        "evidenced",
        description="Skills that the text evidences, both kinds in sentences of their own, or those of the occupation "
        "alone.",
    )
    lexical_only: bool = Field(False, description="Link titles by words and n-grams, no encoder.")
    model: str = Field(BACKBONE, description="The encoder that links titles.")


class PrepareRequest(Request):
    candidates: tuple[str, ...] = Field(description="Files, folders or globs of candidates; may be repeated.")
    vacancies: tuple[str, ...] = Field(description="Files, folders or globs of vacancies; may be repeated.")
    applications: Path = Field(description="The log of applications: CSV or Parquet.")
    out: Out
    statuses: Statuses = "ats"
    column: Columns = ()
    time_format: TimeFormat = None
    variant: str = Field("raw", description="How records are written as documents: raw, llm or esco.")
    language: str | None = Field(
        None, description="Of what the llm and esco variants write: en or fr. Default: that of each record."
    )
    mask: bool = Field(True, description="Mask personal details in the documents.")
    geo: str | None = Field(None, description="An imported table of places, for departments and regions.")
    esco: EscoOptions = EscoOptions()
    llm: LlmOptions = LlmOptions()
    dry_run: DryRun = False

    def inputs(self) -> Inputs:
        from jobfit.preparation.prepare import Inputs

        log = log_format(self.column, self.time_format)
        return Inputs(list(self.candidates), list(self.vacancies), self.applications, log)

    def check(self) -> None:
        """Refuse options of another variant: they would be passed over in silence."""
        esco = [f"--{name.replace('_', '-')}" for name in self.esco.model_fields_set]
        llm = ["--llm-..."] if self.llm.model_fields_set else []
        for variant, options in (("esco", esco), ("llm", llm)):
            if options and self.variant != variant:
                raise InputError(f"{', '.join(options)} belongs to --variant {variant}, not to {self.variant}")
        if self.dry_run and self.variant != "llm":
            raise InputError(f"--dry-run estimates what --variant llm would cost; {self.variant} costs nothing")


class Step(Result):
    step: str
    dropped: dict[str, int]
    kept: int


class Funnel(Result):
    name: str
    rows_in: int
    steps: tuple[Step, ...]
    rows_out: int


class Binary(Result):
    """Hired against rejected: the counts, and what a loss needs to weigh them; ``null`` where it is undefined."""

    positive: int
    negative: int
    share: float | None
    pos_weight: float | None
    prior_logit: float | None


class Prepared(Result):
    """What was written; the same as ``funnel.json`` in the folder.

    ``outcomes``, ``statuses``, ``reasons``: pairs by outcome, by status and by side and code of the reason;
    ``mobility``: candidates by the source of their mobility; ``pairs_without_document``: pairs of which one side has no
    text in the variant; ``unusable``: files and rows in ``rejects.jsonl``.
    """

    folder: Path
    format: str
    facts: dict[str, Any]
    funnels: tuple[Funnel, ...]
    outcomes: dict[str, int]
    statuses: dict[str, int]
    reasons: dict[str, dict[str, int]]
    binary: Binary
    mobility: dict[str, int]
    pairs_without_document: dict[str, int]
    unusable: int
    notes: tuple[str, ...]


class Estimated(Estimate):
    unusable: int = Field(description="Files and rows that are not in the estimate.")


def prepare(request: PrepareRequest, progress: Progress = quiet) -> Prepared | Estimated:
    """Write documents, labelled pairs and qrels to OUT; account for every row. Exit code 3: some were unusable."""
    from jobfit.judgements import load_table
    from jobfit.preparation.prepare import Settings
    from jobfit.preparation.prepare import prepare as write

    request.check()
    inputs = request.inputs()
    if request.dry_run:
        return _estimate(request, progress)
    table, places = load_table(request.statuses), places_named(request.geo)
    with _open_variant(request, progress) as (variant, taxonomy):
        settings = Settings(table, variant, places, taxonomy)
        done = write(inputs, settings, request.out, progress.note)
    for note in done["notes"]:
        progress.note(note)
    return Prepared(folder=request.out, **done)


def _estimate(request: PrepareRequest, progress: Progress) -> Estimated:
    from jobfit.preparation.variants import GroundedVariant
    from jobfit.reading import stream_records
    from jobfit.records import Kind

    rejects: list[Rejection] = []
    sides = ((Kind.CANDIDATE, request.candidates), (Kind.VACANCY, request.vacancies))
    with _open_variant(request, progress) as (variant, _):
        assert isinstance(variant, GroundedVariant)
        records = (record for kind, paths in sides for record in stream_records(paths, kind, rejects, guess=False))
        return Estimated.of(variant.estimate(records), unusable=len(rejects))


@contextmanager
def _open_variant(request: PrepareRequest, progress: Progress) -> Iterator[tuple[Variant, Taxonomy | None]]:
    from jobfit.app.encoding import text_encoder
    from jobfit.documents.esco_text import SkillsFrom
    from jobfit.preparation.variants import VariantSettings, make_variant
    from jobfit.taxonomy.stored import load_taxonomy

    esco = request.esco
    with ExitStack() as stack:
        taxonomy, encode, client = None, None, None
        if request.variant == "esco":
            taxonomy = load_taxonomy(esco.taxonomy or "compact")
            encode = None if esco.lexical_only else text_encoder(esco.model, progress)
        if request.variant == "llm":
            client = stack.enter_context(llm_client(request.llm, progress))
        settings = VariantSettings(
            request.language, request.mask, taxonomy, encode, SkillsFrom(esco.skills), client,
            request.llm.keep_incomplete,
        )  # fmt: skip
        yield make_variant(request.variant, settings), taxonomy
