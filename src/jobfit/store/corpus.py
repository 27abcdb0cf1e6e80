"""The searched side in PostgreSQL, read in a role that has no right to protected attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields as dataclass_fields
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jobfit.errors import InputError, UnknownIdError
from jobfit.records import CandidateProfile, Kind, Record, VacancyProfile
from jobfit.retrieval.background import Background, of_titles
from jobfit.retrieval.lexical import Bm25Index
from jobfit.retrieval.text_index import TextIndex
from jobfit.runs import Ranking
from jobfit.shortlist import Plan
from jobfit.store.codec import PROFILE_TYPES, PROFILES, from_halves, to_record
from jobfit.store.database import Connection, Connections, Database
from jobfit.store.planner import Limits, Question, Scope, search
from jobfit.store.queries import statement

_ROWS_AT_A_TIME = 2000


class StoreCorpus:
    """The current records of one tenant and kind; implements :class:`jobfit.retrieval.corpus.Corpus`.

    Each call sees what is committed when it begins. The index of terms is derived in memory, stamped with the
    tenant's sequence number, and derived anew when that has moved on.
    """

    def __init__(self, database: Database, connections: Connections, scope: Scope, limits: Limits) -> None:
        self._database = database
        self._connections = connections
        self._scope = scope
        self._limits = limits
        self._terms: tuple[int, TextIndex] | None = None
        self._background: tuple[int, Background] | None = None
        self._titles: StoreCorpus | None = None
        self._named: tuple[TextIndex, Bm25Index] | None = None

    @property
    def kind(self) -> Kind:
        return self._scope.kind

    @property
    def fingerprint(self) -> str:
        return self._scope.fingerprint

    def ids(self) -> tuple[str, ...]:
        with self._reading() as connection:
            rows = connection.execute(statement("current_ids"), self._scope.parameters)
            return tuple(sorted(row.id for row in rows))

    def profiles(self, fields: frozenset[str]) -> Iterator[tuple[str, CandidateProfile | VacancyProfile]]:
        """Yield (id, profile) of every record, by id; the database leaves out the fields that are not named."""
        known = {field.name for field in dataclass_fields(PROFILE_TYPES[self.kind])}
        if not fields <= known:
            raise InputError(
                f"a {self.kind} has no field {min(fields - known)!r} (there are: {', '.join(sorted(known))})"
            )
        values = {**self._scope.parameters, "hidden": sorted(known - fields)}
        with self._reading() as connection, connection.cursor("profiles") as cursor:  # a named one reads in portions
            cursor.itersize = _ROWS_AT_A_TIME
            for row in cursor.execute(statement("profiles"), values):
                yield row.id, PROFILES[self.kind].validate_json(row.profile)

    def records(self, ids: Sequence[str]) -> Mapping[str, Record]:
        """Return the records with these ids; ``UnknownIdError`` where one does not exist."""
        with self._reading() as connection:
            rows = connection.execute(statement("records"), {**self._scope.parameters, "ids": list(ids)})
            records = {row.id: to_record(self.kind, row) for row in rows}
        unknown = set(ids).difference(records)
        if unknown:
            raise UnknownIdError(f"no {self.kind} with the id {min(unknown)!r}")
        return {record_id: records[record_id] for record_id in ids}

    def dense(
        self, query_id: str, vector: NDArray[np.float32], eligible: Sequence[str], k: int
    ) -> tuple[Ranking, Plan]:
        """Rank the eligible ids by cosine; :mod:`jobfit.store.planner` says how, and the plan tells."""
        with self._reading() as connection:
            return search(connection, self._scope, Question(query_id, vector, eligible, k), self._limits)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.float32]:
        with self._reading() as connection:
            values = {**self._scope.parameters, "eligible": list(ids)}
            rows = dict(connection.execute(statement("vectors"), values, binary=True).fetchall())
        if lacking := [record_id for record_id in ids if record_id not in rows]:
            raise UnknownIdError(
                f"{len(lacking)} of {len(ids)} {self.kind} records have no vector of the encoder {self.fingerprint}, "
                f"{min(lacking)!r} among them: encode them first"
            )
        return from_halves([rows[record_id] for record_id in ids]).astype(np.float32)

    def background(self) -> Background:
        """Return that of the current vectors, derived anew if the store has changed."""
        with self._reading() as connection:
            stamp = self._stamp(connection)
        if self._background is None or self._background[0] != stamp:
            ids = self.ids()
            self._background = stamp, Background.of(ids, lambda rows: self.vectors([ids[row] for row in rows]))
        return self._background[1]

    def titles(self) -> StoreCorpus:
        """Return the same records with the vectors of their titles (:func:`jobfit.indexer.encode_missing`)."""
        if self._titles is None:
            scope = replace(self._scope, fingerprint=of_titles(self.fingerprint))
            self._titles = StoreCorpus(self._database, self._connections, scope, self._limits)
        return self._titles

    def skills(self) -> Mapping[str, Sequence[str]]:
        with self._reading() as connection:
            rows = connection.execute(statement("skills"), self._scope.parameters).fetchall()
        return {row.id: row.skills for row in rows}

    def named(self) -> Bm25Index:
        """Return the index of what the records name, derived anew if the store has changed."""
        texts = self.texts()
        if self._named is None or self._named[0] is not texts:
            with self._reading() as connection:
                rows = connection.execute(statement("named_skills"), self._scope.parameters).fetchall()
            skills = {row.id: row.skills for row in rows}
            self._named = texts, Bm25Index(texts.ids, [skills.get(id_, ()) for id_ in texts.ids])
        return self._named[1]

    def texts(self) -> TextIndex:
        """Return the index of the documents' terms, derived anew if the store has changed."""
        with self._reading() as connection:
            stamp = self._stamp(connection)
            if self._terms is None or self._terms[0] != stamp:
                rows = connection.execute(statement("terms"), self._scope.parameters).fetchall()
                self._terms = stamp, TextIndex([row.id for row in rows], [row.terms for row in rows])
        return self._terms[1]

    def _stamp(self, connection: Connection) -> int:
        """Return the tenant's sequence number, which every change moves on."""
        row = connection.execute(statement("sequence"), self._scope.parameters).fetchone()
        return int(row[0]) if row else -1

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.errors("the search"), self._connections.begin() as connection:
            yield connection
