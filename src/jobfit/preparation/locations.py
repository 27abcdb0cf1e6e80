"""Where records are: the stated place, its department and region, and who says where a person would work."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from jobfit.folding import fold
from jobfit.geo.gazetteer import Gazetteer
from jobfit.geo.places import Answer, Finding, Mobility, MobilitySource, mobility
from jobfit.records import Candidate, Evidence, Record, Stated

_BEFORE = re.compile(r"(?<![\d+.])(\d{4,5})[ \-]{1,3}$")
_AFTER = re.compile(r"[ ,]{0,3}(?:\(\s{0,2}(\d{2,3}|2[AaBb]|\d{5})\s{0,2}\)|(\d{5})(?!\d))")
_MOBILITY = re.compile(r"^[^\w\n]{0,8}(?:mobility|mobilite(?: geographique)?) ?: ?(\S[^\n]{0,100})", re.MULTILINE)
_NOT_IN_TABLE = Answer(Finding.NOT_IN_TABLE)
_NOT_READ = "mobility is stated, but its words name no known place"


@dataclass(frozen=True, slots=True)
class Located:
    """Where one record is. Empty texts are unknown.

    code:     the postcode or department that stands beside the place in the text.
    mobility: where the person would work, as ``|``-joined places; for a vacancy empty.
    source:   who says so: ``declared``, ``imputed_residence`` (the home's region: never a reason to leave anybody out)
              or ``unknown``.
    note:     why the place has no department or region, with the alternatives named.
    """

    kind: str
    id: str
    place: str
    code: str
    department: str
    region: str
    mobility: str
    source: str
    note: str


COLUMNS = ("kind", "id", "place", "code", "department", "region", "mobility", "mobility_source", "note")


def locate(record: Record, gazetteer: Gazetteer | None = None) -> Located:
    """Return where ``record`` says it is, with department and region where ``gazetteer`` tells them.

    A homonym is resolved by the code beside it in the text; without one it stays unknown. Declared places are kept as
    they are stated; the region of the home takes their place only where nothing is declared.
    """
    location = record.profile.location
    place = location.evidence.text if location else ""
    code = code_beside(record.text, location.evidence) if location else ""
    answer = _find(gazetteer, location, code) if location and gazetteer else None
    region = (answer.region if answer else None) or ""
    notes = [answer.note] if answer and answer.note else []
    would_go, source = "", ""
    if isinstance(record, Candidate):
        would_work = _mobility(record, region or place or None, gazetteer)
        would_go, source = "|".join(would_work.places), would_work.source.value
        if would_work.source is MobilitySource.UNKNOWN and _MOBILITY.search(fold(record.text)):
            notes.append(_NOT_READ)
    return Located(
        record.kind.value, record.id, place, code, (answer.department if answer else None) or "", region, would_go,
        source, "; ".join(notes),
    )  # fmt: skip


def _mobility(candidate: Candidate, residence: str | None, gazetteer: Gazetteer | None) -> Mobility:
    """Return the declared places, else those of the residence; unknown where something is declared but not read.

    A line "Mobility: Sceaux" names a place that only a table knows. Where no table does, the home says nothing about
    what was declared.
    """
    declared = [wish.evidence.text for wish in candidate.profile.wished_locations]
    line = None if declared else _MOBILITY.search(fold(candidate.text))
    if line is None:
        return mobility(declared, residence)
    words = candidate.text[line.start(1) : line.end(1)].strip()
    known = gazetteer is not None and gazetteer.find(words).finding is not Finding.NOT_IN_TABLE
    return mobility([words] if known else [], None)


def code_beside(text: str, place: Evidence) -> str:
    """Return the postcode before ``place`` in ``text``, or the postcode or department after it; "" without one.

    >>> code_beside("Adresse : 93200 Saint-Denis", Evidence("Saint-Denis", 16, 27))
    '93200'
    >>> code_beside("Saint-Denis (93)", Evidence("Saint-Denis", 0, 11))
    '93'
    """
    before = _BEFORE.search(text[max(0, place.start - 12) : place.start])
    if before:
        return before[1]
    after = _AFTER.match(text, place.end)
    return (after[1] or after[2]).upper() if after else ""


def _find(gazetteer: Gazetteer, stated: Stated[str], code: str) -> Answer:
    """Look the words of the text up, and where the table does not have them the name that they are compared by."""
    for name in dict.fromkeys((stated.evidence.text, stated.value)):
        answer = gazetteer.find(name, code or None)
        if answer.finding is not Finding.NOT_IN_TABLE:
            return answer
    return _NOT_IN_TABLE


def counts(located: list[Located]) -> dict[str, int]:
    counted = Counter(row.source for row in located)
    return {source.value: counted[source.value] for source in MobilitySource}
