"""``--hyre``: the one option of every command whose encoder reads vacancies, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobfit.cli.output import stderr

if TYPE_CHECKING:
    from jobfit.encoders.base import Encoder
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.records import Document

Hyre = Annotated[
    Path | None,
    typer.Option("--hyre", help="A file of `jobfit hyre`: what the encoder, and it alone, reads beside each vacancy."),
]


@contextmanager
def open_hyre(path: Path | None, *models: str) -> Iterator[GeneratedStore | None]:
    """Yield the store, ``None`` without a path; say on stderr where a model was trained with something else.

    Raises:
        InputError: the file is no store, or one whose texts go beside no other text.
    """
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.encoders.hyre import check_augments, mismatch

    store = None if path is None else GeneratedStore.read(path)
    try:
        if store is not None:
            check_augments(store)
            for note in store.notes:
                stderr.print(note)
        for model in models:
            if said := mismatch(model, store):
                stderr.print(f"WARNING: {said}")
        yield store
    finally:
        if store is not None:
            store.close()


def reading_with(
    encoder: Encoder, store: GeneratedStore | None, queries: Iterable[Document], corpus: Iterable[Document]
) -> Encoder:
    """Return the encoder that reads the vacancies with what the store holds, whichever of the two sides they are.

    Raises:
        InputError: the store holds nothing for either side, or texts of both.
    """
    from jobfit.encoders.hyre import HyreEncoder, role_of_vacancies

    if store is None:
        return encoder
    sides = ([document.text for document in side] for side in (queries, corpus))
    return HyreEncoder(encoder, store, role_of_vacancies(store, *sides))


def reading_pairs(encoder: Encoder, store: GeneratedStore | None) -> Encoder:
    """Return the encoder that reads with the store where vacancies are the queries and candidates the documents."""
    from jobfit.encoders.hyre import HyreEncoder, side_of

    if store is None:
        return encoder
    return HyreEncoder(encoder, store, "query" if side_of(store) == "vacancies" else "document")


def check_read(store: GeneratedStore | None, system: str, encoding: Iterable[str] = ("dense", "hybrid")) -> None:
    """Refuse ``--hyre`` for a system that has no encoder: its words are not those of the vacancy.

    Raises:
        InputError: the system encodes nothing.
    """
    from jobfit.errors import InputError

    if store is not None and system not in encoding:
        raise InputError(f"--hyre is read by encoders alone, and {system} has none")
