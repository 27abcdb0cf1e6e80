"""Variants: the ways in which the same records are written as documents. The plain one is the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from jobfit.documents.esco_text import SkillsFrom
from jobfit.documents.render import render
from jobfit.errors import InputError
from jobfit.records import Document, Record
from jobfit.taxonomy.model import Taxonomy

if TYPE_CHECKING:
    from jobfit.llm.client import Client
    from jobfit.taxonomy.linking.candidates import Encode

LANGUAGES = ("en", "fr")


class Variant(Protocol):
    """A way to write records as documents."""

    @property
    def name(self) -> str:
        """The name under which it is asked for."""
        ...

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield one document for each record, in order and with its id; an empty text where it has nothing to say.

        Records are taken as they come: no variant needs to hold them all.
        """
        ...

    def facts(self) -> Mapping[str, object]:
        """Return what a reader of the result must know, for ``funnel.json``, once everything is rendered."""
        ...


@dataclass(frozen=True, slots=True)
class VariantSettings:
    """What variants are made of; each takes what it needs.

    language: of what a variant writes itself (sentences, labels, instructions), ``en`` or ``fr``; ``None``: that of
              each record, English where it is neither.
    masked:   whether documents are masked; ``False`` only to look at what masking does.
    taxonomy: whose words the esco variant writes in; ``None`` is the compact one.
    encode:   texts to vectors (n, d), for linking titles; ``None`` links by words and n-grams alone.
    skills:   which skills the esco variant writes.
    client:   the language model that the llm variant asks.
    keep_incomplete: the llm variant goes on without the parts that got no answer.
    """

    language: str | None = None
    masked: bool = True
    taxonomy: Taxonomy | None = None
    encode: Encode | None = None
    skills: SkillsFrom = SkillsFrom.EVIDENCED
    client: Client | None = None
    keep_incomplete: bool = False

    def __post_init__(self) -> None:
        """Refuse a language in which no variant can write."""
        if self.language is not None and self.language not in LANGUAGES:
            raise InputError(f"language {self.language!r} is not one of {', '.join(LANGUAGES)}")


@dataclass(frozen=True, slots=True)
class RawVariant:
    """The visible text as it was read, masked by default. It writes no sentence of its own, so it has no language."""

    settings: VariantSettings = VariantSettings()
    name: str = "raw"

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield each record's masked text; see :func:`jobfit.documents.render.render`."""
        return (render(record, masked=self.settings.masked) for record in records)

    def facts(self) -> Mapping[str, object]:
        """Return whether the texts are masked."""
        return {"masked": self.settings.masked, "language": "as written"}


def _esco(settings: VariantSettings) -> Variant:
    from jobfit.preparation.esco_variant import esco_variant
    from jobfit.taxonomy.compact import load_compact

    taxonomy = settings.taxonomy or load_compact()
    return esco_variant(taxonomy, settings.encode, settings.language, use=settings.skills, masked=settings.masked)


def _llm(settings: VariantSettings) -> Variant:
    from jobfit.preparation.llm_variant import GroundedVariant

    if settings.client is None:
        raise InputError("the llm variant asks a language model: name its endpoint and the model")
    if not settings.masked:
        raise InputError("the llm variant has no unmasked form: no model is shown what masking takes out")
    return GroundedVariant(settings.client, settings.language, keep_incomplete=settings.keep_incomplete)


VARIANTS: dict[str, Callable[[VariantSettings], Variant]] = {"raw": RawVariant, "llm": _llm, "esco": _esco}


def make_variant(name: str, settings: VariantSettings) -> Variant:
    """Return the variant called ``name``.

    Raises:
        InputError: there is none of that name (the message names those that there are), or a setting that it needs is
            missing.
    """
    if name not in VARIANTS:
        raise InputError(f"there is no variant {name!r}; there are: {', '.join(VARIANTS)}")
    return VARIANTS[name](settings)
