"""Record -> Document: the only way to what an encoder or an index reads."""

from __future__ import annotations

from jobfit.documents.masking import mask
from jobfit.documents.templates import RAW, Template
from jobfit.records import Candidate, Document, Record


def render(record: Record, template: Template = RAW, masked: bool = True) -> Document:
    """Write ``record`` with ``template`` and mask it; the document has the record's id.

    The name that the profile states is masked wherever it occurs, besides all that masking finds by itself.
    ``masked=False`` gives the text as it is: for display and for audits of masking itself, never for an index.
    A record whose text holds nothing else than personal details gives an empty document.

    >>> from jobfit.records import Source
    >>> text = "Jane Doe\\nNurse\\nShe has 5 years of experience."
    >>> record = Candidate("c1", text, "en", Source("cv.txt", "text", ""))
    >>> render(record).text
    '\\nNurse\\nhas 5 years of experience.'
    """
    text = template.write(record)
    return masked_document(record, text) if masked else Document(record.id, text)


def masked_document(record: Record, text: str) -> Document:
    """Mask a ``text`` that was written about ``record``, the name of its profile included."""
    name = record.profile.name if isinstance(record, Candidate) else None
    return Document(record.id, mask(text, names=(name.value,) if name else ()).text)
