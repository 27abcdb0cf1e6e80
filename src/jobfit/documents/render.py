"""Record -> Document: the only way to what an encoder or an index reads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from jobfit.documents.masking import Masked, TextKind, mask
from jobfit.documents.masking.spans import Draft, Edit
from jobfit.documents.templates import RAW, Template
from jobfit.records import Candidate, Document, Kind, Record


def render(record: Record, template: Template = RAW, masked: bool = True) -> Document:
    """Write ``record`` with ``template`` and mask it; the document has the record's id.

    The name that the profile states is masked wherever it occurs, besides all that masking finds by itself.
    ``masked=False`` gives the text as it is: for display and for audits of masking itself, never for an index.
    A record whose text holds nothing else than personal details gives a document without words.

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
    stated = record.profile.name if isinstance(record, Candidate) else None
    name = stated.value if stated else ""
    if isinstance(record, Candidate) and (known := _just_masked.pop((text, name), None)):
        return Document(record.id, known.text)
    masked = mask(text, KIND_OF[record.kind], names=(name,) if name else ())
    return Document(record.id, masked.text)


KIND_OF = {Kind.CANDIDATE: TextKind.CV, Kind.VACANCY: TextKind.VACANCY}
_just_masked: OrderedDict[tuple[str, str], Masked] = OrderedDict()
_MOST_KEPT = 256


def mask_once(text: str, name: str) -> Masked:
    """Mask a CV whose ``name`` was read, and keep the result (the last 256) for the next rendering of this text."""
    _just_masked[text, name] = masked = mask(text, TextKind.CV, names=(name,) if name else ())
    while len(_just_masked) > _MOST_KEPT:
        _just_masked.popitem(last=False)
    return masked


def without_name(text: str, names: Sequence[str] = ()) -> Draft:
    """Cut every name and contact that :func:`jobfit.documents.masking.mask` finds in a CV; ``names`` are known already.

    All else stays as it is, places and gendered words included. A text of nothing else gives an empty text.
    """
    return nameless(text, mask(text, TextKind.CV, names=names))


def nameless(text: str, masked: Masked) -> Draft:
    """Cut the names and contacts that masking took out of ``text``, and nothing else."""
    draft = Draft(text)
    draft.apply(Edit(span.start, span.end, "") for span in masked.spans if span.kind in ("name", "contact", "document"))
    return draft
