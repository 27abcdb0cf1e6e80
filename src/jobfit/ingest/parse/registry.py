"""Which function reads which format; imported by name, in the child, when the first such file comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module

from jobfit.ingest.raw import RawDocument, RawRejection

Extract = Callable[[bytes], Iterable[RawDocument | RawRejection]]

EXTRACTORS: dict[str, str] = {
    "pdf": "jobfit.ingest.parse.pdf:extract",
    "docx": "jobfit.ingest.parse.docx:extract",
    "html": "jobfit.ingest.formats.web_page:extract",
    "text": "jobfit.ingest.parse.text:extract",
    "json": "jobfit.ingest.formats.json_files:extract",
    "jsonresume": "jobfit.ingest.formats.json_files:extract",
    "csv": "jobfit.ingest.formats.csv_files:extract",
    "parquet": "jobfit.ingest.formats.parquet_files:extract",
}


def resolve(address: str) -> Extract:
    """Import the function at ``"module:function"``; ImportError or AttributeError where there is none."""
    module, _, function = address.partition(":")
    extract: Extract = getattr(import_module(module), function)
    return extract
