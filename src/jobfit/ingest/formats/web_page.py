"""A web page: the job postings that it holds as data, else its visible text."""

from __future__ import annotations

from collections.abc import Iterable

from jobfit.ingest.formats.jobposting import from_html
from jobfit.ingest.parse.html import extract as visible_text
from jobfit.ingest.raw import RawDocument, RawRejection


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """The schema.org ``JobPosting`` objects inside the page where there are any, else one document of what is seen."""
    holds_data = b"application/ld+json" in data and b"JobPosting" in data
    return (from_html(data) if holds_data else None) or visible_text(data)
