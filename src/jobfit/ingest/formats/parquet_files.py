"""Parquet files: one document a row, read in batches; the same columns as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jobfit.ingest.formats.tables import Columns, distinct, match_columns
from jobfit.ingest.parse.limits import LIMITS
from jobfit.ingest.raw import RawDocument, RawRejection

_BATCH_ROWS = 256


def extract(data: bytes) -> Iterable[RawDocument | RawRejection]:
    """One result a row, numbered from 1; one rejection where the file is damaged, too large or no table of texts."""
    from pyarrow import ArrowException, BufferReader
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(BufferReader(data))
        metadata = file.metadata
        decoded = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
        if decoded > LIMITS.get().decoded_bytes:
            return [
                RawRejection(f"it unfolds to {decoded:,} bytes, more than {LIMITS.get().decoded_bytes:,}; split it")
            ]
        columns = match_columns(file.schema_arrow.names)
        if isinstance(columns, RawRejection):
            return [columns]
        return list(distinct(_rows(file, columns)))
    except (ArrowException, OSError, UnicodeDecodeError) as error:
        return [RawRejection(f"it is no readable Parquet file ({str(error).splitlines()[0][:120]}); write it again")]


def _rows(file: Any, columns: Columns) -> Iterator[RawDocument | RawRejection]:
    number = 0
    for batch in file.iter_batches(_BATCH_ROWS, columns=sorted(set(columns.by_field.values())), use_threads=False):
        for row in batch.to_pylist():
            number += 1
            yield columns.document(row, number)
    if number == 0:
        yield RawRejection("the table has no rows")
