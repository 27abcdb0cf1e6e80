"""Gazetteer: names of places to places, homonyms told apart by a postcode or a department, never by a guess."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.geo.places import Answer, Finding, Named, Place, city_key, place_key

_MAIN, _OTHER = 0, 1  # a place's own name, and every other one


class Gazetteer:
    """A table of places, held as columns, with an index of their names: a look-up is a binary search.

    ``places`` is a pyarrow table with a column for each field of :class:`~jobfit.geo.places.Place`; ``names`` has
    ``key`` (uint64, sorted), ``place`` (row of places) and ``tier``. Build it with :meth:`of`.
    """

    def __init__(self, name: str, places: Any, names: Any) -> None:
        self.name = name
        self.places = places
        self.names = names
        self._keys: NDArray[np.uint64] = names.column("key").to_numpy()
        self._rows: NDArray[np.int32] = names.column("place").to_numpy()
        self._tiers: NDArray[np.int8] = names.column("tier").to_numpy()

    @classmethod
    def of(cls, name: str, named: Iterable[Named]) -> Gazetteer:
        """Build the table of ``named`` places; a name without letters is left out of the index."""
        import pyarrow as pa

        places: list[Place] = []
        entries: set[tuple[int, int, int]] = set()
        for item in named:
            own = place_key(item.place.name)
            keys = {own: _MAIN, **{key: _OTHER for key in map(place_key, item.others) if key != own}}
            entries |= {(_digest(key), len(places), tier) for key, tier in keys.items() if key}
            places.append(item.place)
        columns = {field: [getattr(p, field) for p in places] for field in Place.__dataclass_fields__}
        schema = pa.schema([(field, _type(field)) for field in columns])
        index = zip(*sorted(entries)) if entries else ((), (), ())
        kinds = {"key": pa.uint64(), "place": pa.int32(), "tier": pa.int8()}
        names = pa.table(dict(zip(kinds, index)), schema=pa.schema(list(kinds.items())))
        return cls(name, pa.table(columns, schema=schema), names)

    def __len__(self) -> int:
        return int(self.places.num_rows)

    def find(self, name: str, code: str | None = None) -> Answer:
        """Return the place called ``name``; ``code`` is its postcode, or the code or name of its department.

        A place's own name goes before other names (``Pin`` is not ``Le Pin``). With a code only the places that have
        it count: by a postcode in the table; where none has it, in France, by the department that begins it. A code
        that fits no place of the name gives no place, even where the name is unique.

        >>> lyon = Place("69123", "Lyon", "FR", "84", "Auvergne-Rhône-Alpes", "69", "Rhône", ("69001", "69003"))
        >>> Gazetteer.of("x", [Named(lyon)]).find("LYON 3e", "69003").department
        'Rhône'
        """
        homonyms = self._called(place_key(name))
        if not homonyms:
            return Answer(Finding.NOT_IN_TABLE)
        wanted = place_key(code or "")
        kept = _with_code(homonyms, wanted) if wanted else homonyms
        if len(kept) == 1:
            return Answer(Finding.FOUND, kept[0])
        if kept:
            return Answer(Finding.AMBIGUOUS, alternatives=tuple(kept))
        return Answer(Finding.CODE_DIFFERS, alternatives=tuple(homonyms))

    def _called(self, key: str) -> list[Place]:
        """Return the places of which ``key``, or the city that it is a part of, is the own name, else another name."""
        for form in dict.fromkeys((key, city_key(key))):
            digest = np.uint64(_digest(form))
            low, high = np.searchsorted(self._keys, digest, "left"), np.searchsorted(self._keys, digest, "right")
            rows, tiers = self._rows[low:high], self._tiers[low:high]
            if len(rows):
                found = self.places.take(rows[tiers == tiers.min()]).to_pylist()
                return [Place(**{**values, "codes": tuple(values["codes"])}) for values in found]
        return []


def _type(field: str) -> Any:
    import pyarrow as pa

    return pa.list_(pa.string()) if field == "codes" else pa.float64() if "itude" in field else pa.string()


def _digest(key: str) -> int:
    """Return 64 bits of BLAKE2b: two of 10 million names share them with probability 3e-6."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")


def _with_code(places: Sequence[Place], code: str) -> list[Place]:
    exact = [p for p in places if code in map(place_key, (*p.codes, p.department_code, p.department))]
    return exact or [p for p in places if p.country == "FR" and _french_department(code) == p.department_code]


def _french_department(code: str) -> str | None:
    """Return the department that a French postcode begins with (201.. and 200.. are 2A, other 20... are 2B)."""
    if len(code) != 5 or not code.isdigit():
        return None
    if code.startswith("20"):
        return "2A" if code < "20200" else "2B"
    return code[:3] if code.startswith(("97", "98")) else code[:2]
