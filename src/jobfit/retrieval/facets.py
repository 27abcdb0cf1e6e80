"""What of a text is encoded beside the whole: its titles, and its beginning.

An advert's title and the titles that a CV names say most about whether the two belong together, and drown in one vector
of the whole text; the beginning of a long text says what the rest says again (decision 0026). Both are read in the
*masked* text: an encoder gets nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from jobfit.encoders.base import Encoder
from jobfit.encoders.hyre import plain
from jobfit.ingest.kinds import guess_kind
from jobfit.records import Document, Kind
from jobfit.structure.experience import read_experiences
from jobfit.structure.identity import read_title
from jobfit.structure.sections import vacancy_sections
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Titles, find_vacancy_title

BEGINNING = 2000  # characters, about 450 tokens of English
_SHORT = 150  # characters: a label or a sentence is its own title
_INSTEAD = 300  # characters of the beginning that stand for the titles of a text that names none
_MOST_TITLES = 5
_ASKED = 50  # texts of a side, at most, that tell its kind


def beginning(text: str, most: int = BEGINNING) -> str:
    """Return the whole words in the first ``most`` characters; all of them where there is no white space.

    >>> beginning("  Night nurse wanted", 12)
    'Night nurse'
    """
    text = text.strip()
    if len(text) <= most:
        return text
    cut = max(text.rfind(space, 0, most + 1) for space in " \n")
    return text[:cut] if cut > 0 else text[:most]


def beginnings(documents: Sequence[Document], encoder: Encoder) -> list[Document]:
    """Return the documents as an encoder reads them: their beginnings, or whole beside hypothetical texts."""
    if plain(encoder) is not encoder:
        return list(documents)
    return [Document(document.id, beginning(document.text)) for document in documents]


def encoded_parts(text: str, kind: Kind) -> tuple[str, ...]:
    """Return everything of a masked text that is ever encoded: the whole, its beginning and its titles."""
    return tuple(dict.fromkeys((text, beginning(text), titles(text, kind))))


def titles(text: str, kind: Kind) -> str:
    """Return the titles in a masked text: of the advert, or of the person and up to five positions, newest as read.

    A short text is its own title. Where a long one names none, its first words stand for them.

    >>> titles("\\nNurse\\n\\nExperience\\nNight nurse, 2019 - 2023\\n" + "Cares for people. " * 9, Kind.CANDIDATE)
    'Nurse, Night nurse'
    """
    if len(text) <= _SHORT:
        return text.strip()
    found = _of_vacancy(text) if kind is Kind.VACANCY else _of_candidate(text)
    return ", ".join(found[:_MOST_TITLES]) or beginning(text, _INSTEAD)


def _of_vacancy(text: str) -> list[str]:
    read = ReadText(text, Kind.VACANCY)
    title = find_vacancy_title(read, vacancy_sections(text, read.headings))
    return [title.value] if title else []


def _of_candidate(text: str) -> list[str]:
    found = Titles(ReadText(text, Kind.CANDIDATE), None)
    own = read_title(found, None)
    held = [position.title for position in read_experiences(found)]
    return list(dict.fromkeys(title.value for title in (own, *held) if title))


def asking_side(queries: Sequence[Document], corpus: Sequence[Document]) -> Kind:
    """Return what asks, where nobody says it: the side of which more texts read like CVs, or fewer like vacancies.

    The first 50 texts by id tell each side; where neither does, a vacancy asks.
    """
    if _leaning(queries) > _leaning(corpus):
        return Kind.CANDIDATE
    return Kind.VACANCY


def _leaning(side: Sequence[Document]) -> float:
    """From -1, all of them vacancies, to 1, all of them CVs."""
    some = sorted(side, key=lambda document: document.id)[:_ASKED]
    counts = Counter(guess_kind(document.text, "") for document in some if len(document.text) > _SHORT)
    return (counts[Kind.CANDIDATE] - counts[Kind.VACANCY]) / max(1, len(some))
