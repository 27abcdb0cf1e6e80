"""Variants: the ways in which the same records are written as documents. The plain one is the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from jobfit.documents.esco_text import SkillsFrom
from jobfit.documents.render import render
from jobfit.errors import InputError
from jobfit.records import Document, Record
from jobfit.taxonomy.model import Taxonomy

if TYPE_CHECKING:
    from jobfit.documents.esco_text import EscoVariant
    from jobfit.llm.client import Client, Estimate
    from jobfit.taxonomy.linking.candidates import Encode
    from jobfit.taxonomy.linking.evidence import SkillFinder

LANGUAGES = ("en", "fr")


class Variant(Protocol):
    """A way to write records as documents."""

    @property
    def name(self) -> str: ...

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield one document for each record as it comes, in order; an empty text where it has nothing to say."""
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
        if self.language is not None and self.language not in LANGUAGES:
            raise InputError(f"language {self.language!r} is not one of {', '.join(LANGUAGES)}")


@dataclass(frozen=True, slots=True)
class RawVariant:
    """The visible text as it was read, masked by default. It writes no sentence of its own, so it has no language."""

    settings: VariantSettings = VariantSettings()
    name: str = "raw"

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        return (render(record, masked=self.settings.masked) for record in records)

    def facts(self) -> Mapping[str, object]:
        return {"masked": self.settings.masked, "language": "as written"}


def esco_variant(
    taxonomy: Taxonomy,
    encode: Encode | None = None,
    language: str | None = None,
    *,
    use: SkillsFrom = SkillsFrom.EVIDENCED,
    masked: bool = True,
) -> EscoVariant:
    """Return the variant that writes records in the words of ``taxonomy``.

    Titles are linked by words, n-grams and, with ``encode``, by vectors; below the calibrated threshold a title has no
    occupation and is counted. Skills are those that the text itself names: the finder reads words only.

    >>> from jobfit.records import Candidate, Source
    >>> from jobfit.taxonomy.compact import load_compact
    >>> record = Candidate("c1", "I write Python and maintain PostgreSQL.", "en", Source("cv.txt", "text", ""))
    >>> next(esco_variant(load_compact(), language="fr").render([record])).text
    'Je possède les compétences suivantes: Python, PostgreSQL.'
    """
    from jobfit.documents.esco_text import EscoVariant
    from jobfit.taxonomy.linking.evidence import SkillFinder
    from jobfit.taxonomy.linking.linker import Linker

    titles, skills = Linker(taxonomy, "occupation", encode), Linker(taxonomy, "skill")

    @cache
    def finder(spoken: str | None) -> SkillFinder:
        return SkillFinder(skills, spoken)

    def stated(text: str, spoken: str | None) -> list[str]:
        return [skill.match.id for skill in finder(spoken).skills_in(text)]

    return EscoVariant(taxonomy, titles, stated, use, language, masked)


class GroundedVariant:
    """Documents of what a language model reads in the records, and what they kept, lost and cost."""

    name = "llm"

    def __init__(self, client: Client, language: str | None = None, *, keep_incomplete: bool = False) -> None:
        from jobfit.documents.llm_text import LlmVariant, shown
        from jobfit.structure.llm.structurer import LlmStructurer

        self._client, self._language = client, language
        self._structurer = LlmStructurer(client, shown, language=language)
        self._variant = LlmVariant(self._structurer.read_all, language, keep_incomplete=keep_incomplete)

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield the masked document of each record, in order; an empty one where nothing was grounded."""
        return self._variant.render(records)

    def estimate(self, records: Iterable[Record]) -> Estimate:
        return self._structurer.estimate(records)

    def facts(self) -> Mapping[str, object]:
        """Return the model, the values kept by field, the items dropped by reason, the tokens and the cost.

        The cost has the currency of the prices; it and the tokens are of this run alone, without what was in the cache.
        """
        report, spent = self._variant.report, self._client.spent
        return {
            "masked": True,
            "language": self._language or "of the record",
            "model": self._client.model,
            "documents": report.records,
            "empty_documents": len(report.empty),
            "incomplete_documents": len(report.incomplete),
            "kept": dict(sorted(report.values.items())),
            "dropped": dict(sorted(report.dropped.items())),
            "unanswered": dict(sorted(report.failures.items())),
            "requests": spent.requests,
            "from_cache": spent.from_cache,
            "unreported_requests": spent.unreported,
            "prompt_tokens": spent.usage.prompt,
            "answer_tokens": spent.usage.answer,
            "cost": spent.cost,
        }


def _esco(settings: VariantSettings) -> Variant:
    from jobfit.taxonomy.compact import load_compact

    taxonomy = settings.taxonomy or load_compact()
    return esco_variant(taxonomy, settings.encode, settings.language, use=settings.skills, masked=settings.masked)


def _llm(settings: VariantSettings) -> Variant:
    if settings.client is None:
        raise InputError("the llm variant asks a language model: name its endpoint and the model")
    if not settings.masked:
        raise InputError("the llm variant has no unmasked form: no model is shown what masking takes out")
    return GroundedVariant(settings.client, settings.language, keep_incomplete=settings.keep_incomplete)


VARIANTS: dict[str, Callable[[VariantSettings], Variant]] = {"raw": RawVariant, "llm": _llm, "esco": _esco}


def make_variant(name: str, settings: VariantSettings) -> Variant:
    """Return the variant called ``name``; ``InputError`` where there is none, or a setting that it needs is missing."""
    if name not in VARIANTS:
        raise InputError(f"there is no variant {name!r}; there are: {', '.join(VARIANTS)}")
    return VARIANTS[name](settings)
