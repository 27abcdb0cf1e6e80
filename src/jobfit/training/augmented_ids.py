"""Ids of augmented copies: how they are recognised, and where they are refused."""

from __future__ import annotations

from collections.abc import Iterable

from jobfit.errors import LeakageError, named

PREFIX = "aug:"


def copied(name: str, id_: str) -> str:
    """Return the id of a copy.

    >>> copied("eda", "c7"), is_augmented("aug:eda:c7")
    ('aug:eda:c7', True)
    """
    return f"{PREFIX}{name}:{id_}"


def is_augmented(id_: str) -> bool:
    return id_.startswith(PREFIX)


def original_of(id_: str) -> str:
    """Return the id of the text that ``id_`` is a copy of; an id of no copy is its own original.

    >>> original_of("aug:eda:c7"), original_of("c7")
    ('c7', 'c7')
    """
    return id_[len(PREFIX) :].partition(":")[2] if is_augmented(id_) else id_


def refuse_augmented(ids: Iterable[str], where: str) -> None:
    """Refuse copies outside of training; ``where`` says where they were found, such as ``validation``.

    Raises:
        LeakageError: an id is that of a copy; the message counts and names them.
    """
    if copies := {id_ for id_ in ids if is_augmented(id_)}:
        raise LeakageError(
            f"{where}: {len(copies)} ids are augmented copies ({named(copies)}); they belong into training alone. "
            "Hold out first, augment the rest afterwards"
        )
