"""The options of ``jobfit prepare`` that say how records become documents, and the variant that they make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from jobfit.cli.llm_options import LlmOptions, llm_client
from jobfit.cli.options import DEFAULT_MODEL
from jobfit.documents.esco_text import SkillsFrom
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.preparation.variants import Variant
    from jobfit.taxonomy.model import Taxonomy

_PANEL = "The esco variant"
VariantName = Annotated[str, typer.Option("--variant", help="How records are written as documents: raw, llm or esco.")]
Language = Annotated[
    str | None,
    typer.Option(help="Of what the llm and esco variants write: en or fr. Default: that of each record."),
]
TaxonomyName = Annotated[
    str | None,
    typer.Option(
        "--taxonomy",
        help="compact (the default), an imported taxonomy, or a folder of ESCO CSV files.",
        rich_help_panel=_PANEL,
    ),
]
Skills = Annotated[
    SkillsFrom,
    typer.Option(
        help="Skills that the text evidences, both kinds in sentences of their own, or those of the occupation alone.",
        rich_help_panel=_PANEL,
    ),
]
LexicalOnly = Annotated[
    bool, typer.Option("--lexical-only", help="Link titles by words and n-grams, no encoder.", rich_help_panel=_PANEL)
]
LinkModel = Annotated[str, typer.Option("--model", help="The encoder that links titles.", rich_help_panel=_PANEL)]


@dataclass(frozen=True, slots=True)
class VariantOptions:
    """The options as they were given."""

    variant: str = "raw"
    language: str | None = None
    masked: bool = True
    taxonomy: str | None = None
    skills: SkillsFrom = SkillsFrom.EVIDENCED
    lexical_only: bool = False
    model: str = DEFAULT_MODEL
    llm: LlmOptions = field(default_factory=LlmOptions)

    def check(self) -> None:
        """Refuse options of a variant that was not asked for: they would be passed over in silence.

        Raises:
            InputError: the message names the option and the variant that it belongs to.
        """
        of_esco = {
            "--taxonomy": self.taxonomy is not None,
            "--skills": self.skills is not SkillsFrom.EVIDENCED,
            "--lexical-only": self.lexical_only,
            "--model": self.model != DEFAULT_MODEL,
        }
        of_llm = {"--llm-...": self.llm != LlmOptions()}
        for variant, given in (("esco", of_esco), ("llm", of_llm)):
            wrong = [option for option, used in given.items() if used]
            if wrong and self.variant != variant:
                raise InputError(f"{', '.join(wrong)} belongs to --variant {variant}, not to {self.variant}")


@contextmanager
def open_variant(options: VariantOptions) -> Iterator[tuple[Variant, Taxonomy | None]]:
    """Yield the variant that ``options`` ask for, and the taxonomy in whose terms records are to be read.

    Raises:
        InputError: an option is wrong, or one that the variant needs is missing.
    """
    from jobfit.preparation.variants import VariantSettings, make_variant

    options.check()
    taxonomy, encode, client = None, None, None
    with ExitStack() as stack:
        if options.variant == "esco":
            from jobfit.app.encoding import text_encoder
            from jobfit.taxonomy.stored import load_taxonomy

            taxonomy = load_taxonomy(options.taxonomy or "compact")
            encode = None if options.lexical_only else text_encoder(options.model)
        if options.variant == "llm":
            client = stack.enter_context(llm_client(options.llm))
        settings = VariantSettings(
            options.language, options.masked, taxonomy, encode, options.skills, client, options.llm.keep_incomplete
        )
        yield make_variant(options.variant, settings), taxonomy
