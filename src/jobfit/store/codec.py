"""Records and vectors as the database keeps them, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from jobfit.errors import InputError
from jobfit.records import Candidate, CandidateProfile, Kind, Record, Source, Vacancy, VacancyProfile

PROFILE_TYPES = {Kind.CANDIDATE: CandidateProfile, Kind.VACANCY: VacancyProfile}
PROFILES: dict[Kind, TypeAdapter[Any]] = {kind: TypeAdapter(profile) for kind, profile in PROFILE_TYPES.items()}
_SOURCE = TypeAdapter(Source)
_JSONB_VERSION = b"\x01"

# The columns of a batch on its way in, and the types of their binary form. PostgreSQL reads bytes as they are, so
# jsonb and halfvec are written here in the form that it receives them in.
_TEXTS = ("kind", "id", "content_sha256", "language", "text", "fingerprint")
_LISTS = ("flags", "terms")
_BYTES = ("source", "profile", "embedding")
COLUMNS = dict.fromkeys(_TEXTS, "text") | dict.fromkeys(_LISTS, "text[]") | dict.fromkeys(_BYTES, "bytea")


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A record with what is searched in its place: the terms of its masked document, and that document's vector.

    ``vector`` has shape (d,) and is kept in 16 bits, with the ``fingerprint`` of the encoder that made it; both are
    ``None`` as long as none has run.
    """

    record: Record
    document_terms: tuple[str, ...]
    vector: NDArray[np.float32] | None
    fingerprint: str | None

    def __post_init__(self) -> None:
        if self.vector is not None and not self.fingerprint:
            raise InputError(f"record {self.record.id!r}: a vector needs the fingerprint of its encoder")


def to_row(stored: Stored) -> tuple[object, ...]:
    """Return the values of :data:`COLUMNS`.

    Raises:
        InputError: a text holds what PostgreSQL cannot keep (a NUL or half a surrogate pair), or the vector is not one.
    """
    record = stored.record
    texts = (record.id, record.text, record.source.path, *record.flags, *stored.document_terms)
    if any("\x00" in text for text in texts):
        raise InputError(f"{record.kind} {record.id!r} ({record.source.path}): the text holds a NUL character")
    try:
        for text in texts:
            text.encode()
        source = _SOURCE.dump_json(record.source)
        profile = PROFILES[record.kind].dump_json(record.profile)
    except (UnicodeEncodeError, PydanticSerializationError) as error:
        raise InputError(f"{record.kind} {record.id!r}: the text or path cannot be written as UTF-8") from error
    strings = record.kind.value, record.id, record.source.sha256, record.language, record.text, stored.fingerprint
    vector = None if stored.vector is None else halves(stored.vector[None, :])[0]
    lists = list(record.flags), list(stored.document_terms)
    return *strings, *lists, _JSONB_VERSION + source, _JSONB_VERSION + profile, vector


def source_json(source: Source) -> str:
    return _SOURCE.dump_json(source).decode()


def to_record(kind: Kind, row: Any) -> Record:
    """Build a record from a row: ``id``, ``text``, ``language``, ``flags``; ``source`` and ``profile`` as JSON."""
    build = Candidate if kind is Kind.CANDIDATE else Vacancy
    source = _SOURCE.validate_json(row.source)
    profile = PROFILES[kind].validate_json(row.profile)
    return build(row.id, row.text, row.language, source, profile, flags=tuple(row.flags))


def halves(vectors: NDArray[np.floating]) -> list[bytes]:
    """Return n vectors (n, d), each as pgvector receives a ``halfvec``: two 16-bit integers (d, 0), then d halves."""
    with np.errstate(over="ignore"):
        values = np.asarray(vectors).astype(">f2")
    if not np.isfinite(values).all() or not values.any(axis=1).all():
        raise InputError("a vector is zero or holds a value that is not finite in 16 bits")
    head = np.array([values.shape[1], 0], dtype=">i2").tobytes()
    return [head + row.tobytes() for row in values]


def from_halves(rows: Sequence[bytes]) -> NDArray[np.float16]:
    """Return the vectors (n, d) of n ``halfvec`` as PostgreSQL sends them; (0, 0) for none."""
    table = np.frombuffer(b"".join(rows), dtype=">f2").reshape(len(rows), -1 if rows else 0)
    return table[:, 2:].astype(np.float16)  # two 16-bit integers come before the values


def literal(vector: NDArray[np.floating]) -> str:
    """Return one vector (d,) as the text of a ``halfvec``, rounded to 16 bits as the stored ones are."""
    return "[" + ",".join(map(str, np.asarray(vector).astype(np.float16).tolist())) + "]"
