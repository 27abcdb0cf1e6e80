"""The llm variant as ``jobfit prepare`` makes it: a client behind the documents, and what they kept, lost and cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from jobfit.documents.llm_text import LlmVariant, shown
from jobfit.llm.client import Client
from jobfit.llm.estimate import Estimate
from jobfit.records import Document, Record
from jobfit.structure.llm.structurer import LlmStructurer


class GroundedVariant:
    """Documents of what a model reads in the records: :class:`~jobfit.documents.llm_text.LlmVariant` with its cost."""

    name = "llm"

    def __init__(self, client: Client, language: str | None = None, *, keep_incomplete: bool = False) -> None:
        """Ask through ``client``; instructions and labels in ``language``, by default that of each record.

        ``keep_incomplete``: go on without the parts that got no answer, instead of failing after the last document.
        """
        self._client, self._language = client, language
        self._structurer = LlmStructurer(client, shown, language=language)
        self._variant = LlmVariant(self._structurer.read_all, language, keep_incomplete=keep_incomplete)

    def render(self, records: Iterable[Record]) -> Iterator[Document]:
        """Yield the masked document of each record, in order; an empty one where nothing was grounded.

        Raises:
            LlmError: the endpoint cannot be used, the budget is spent, or parts have no answer (what was answered is
                kept, so that the next run asks for the rest).
        """
        return self._variant.render(records)

    def estimate(self, records: Iterable[Record]) -> Estimate:
        """Return what rendering ``records`` would take; nothing is sent."""
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
