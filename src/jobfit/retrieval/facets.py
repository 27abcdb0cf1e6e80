"""What of a text is encoded beside the whole: its titles, and its beginning.

An advert's title and the titles that a CV names say most about whether the two belong together, and drown in one vector
of the whole text; the beginning of a long text says what the rest says again (decision 0026). Both are read in the
*masked* text: an encoder gets nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from jobfit.encoders.base import Encoder
from jobfit.encoders.hyre import plain
from jobfit.folding import fold
from jobfit.ingest.kinds import guess_kind
from jobfit.ingest.language import detect_language, frequent_words
from jobfit.lexicon import Lexicon, built
from jobfit.records import Document, Kind
from jobfit.structure.experience import read_experiences
from jobfit.structure.identity import read_title
from jobfit.structure.sections import vacancy_sections
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Span, Titles, find_vacancy_title, names_role, role_pattern

BEGINNING = 2000  # characters, about 450 tokens of English
_SHORT = 150  # characters: a label or a sentence is its own title
_INSTEAD = 300  # characters of the beginning that stand for the titles of a text that names none
_TOLD = 600  # characters of a text that its first words tell better than what it calls positions
_MOST_TITLES = 5
_MOST_MENTIONED = 2  # beside what may be the title of an advert
_LINE = 100  # characters of a line that is a title
_WORD = re.compile(r"[^\W_]+(?:[+#.'’/&-]{1,2}[^\W_]+)*[+#]{0,2}")
_BESIDE = 2  # words before the one for a position that belong to a title in a sentence
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
    """Return up to five titles in a masked text: of the advert, or of the person and of positions, newest as read.

    A short text is its own title. Titles in no line of their own, as in a text that lost its lines, are found too.
    Where a long text names none, its first words stand for them.

    >>> titles("\\nNurse\\n\\nExperience\\nNight nurse, 2019 - 2023\\n" + "Cares for people. " * 9, Kind.CANDIDATE)
    'Nurse, Night nurse'
    """
    if len(text) <= _SHORT:
        return text.strip()
    found = _of_vacancy(text) if kind is Kind.VACANCY else _of_candidate(text)
    return ", ".join(found[:_MOST_TITLES]) or beginning(text, _INSTEAD)


def _of_vacancy(text: str) -> list[str]:
    """Return the title alone where it is a line, else what a sentence says it is, if a position, and is often named."""
    read = ReadText(text, Kind.VACANCY)
    title = find_vacancy_title(read, vacancy_sections(text, read.headings))
    mentioned = mentioned_titles(text)[:_MOST_MENTIONED] if len(text) > _TOLD else []
    if title is None:
        return mentioned
    begin, end = text.rfind("\n", 0, title.evidence.start), f"{text}\n".find("\n", title.evidence.end)
    if end - begin <= _LINE:
        return [title.value]
    named = [title.value] if names_role(fold(title.value)) else []
    return _distinct([*named, *mentioned]) or [title.value]


def _of_candidate(text: str) -> list[str]:
    """Return the titles of the person and of the positions that have dates, then what else is called a position."""
    found = Titles(ReadText(text, Kind.CANDIDATE), None)
    held = (read_title(found, None), *(position.title for position in read_experiences(found)))
    stated = [title.value for title in held if title]
    return _distinct([*stated, *mentioned_titles(text)]) if stated or len(text) > _TOLD else []


def _distinct(titles: Iterable[str]) -> list[str]:
    kept: dict[str, str] = {}
    for title in titles:
        kept.setdefault(title.casefold(), title)
    return list(kept.values())


def mentioned_titles(text: str) -> list[str]:
    """Return what a text calls positions, in lines or in sentences: most often said first.

    A title is a word for a position with the two words before it; where none stands there, with the one behind "of", in
    French with the one behind it ("chef de cuisine", "soudeur naval"). Frequent words and numbers end it. Of the two
    before, the first is left out where the rest is said without it more often.

    >>> mentioned_titles("BSc Pune University Java developer Java developer at Acme, then a head nurse of 20 people")
    ['Java developer', 'head nurse']
    """
    folded, words = fold(text), [match.span() for match in _WORD.finditer(text)]
    begins, ends = {start: n for n, (start, _) in enumerate(words)}, {end: n for n, (_, end) in enumerate(words)}
    found: list[list[str]] = []
    french = detect_language(text) == "fr"  # a title goes on behind its first word
    for match in role_pattern().finditer(folded):
        if (first := begins.get(match.start())) is None or (last := ends.get(match.end())) is None:
            continue
        start, end = first, last + 1
        while start > max(0, first - _BESIDE) and _beside(text, words[start - 1], words[start]):
            start -= 1
        if start == first:
            joined = end < len(words) and folded[slice(*words[end])] in _joins()
            behind = end + joined
            if (joined or french) and behind < len(words) and _beside(text, words[behind], words[behind - 1]):
                end = behind + 1
        found.append([text[slice(*span)] for span in words[start:end]])
    said = Counter(" ".join(title[n:]).casefold() for title in found for n in range(len(title)))
    titles = Counter[str]()
    spelt: dict[str, str] = {}
    for title in found:
        whole, rest = " ".join(title), " ".join(title[1:])
        own = rest if len(title) > _BESIDE and said[rest.casefold()] > said[whole.casefold()] else whole
        titles[spelt.setdefault(own.casefold(), own)] += 1
    return [title for title, _ in titles.most_common()]


def _beside(text: str, word: Span, other: Span) -> bool:
    """Tell whether a word belongs to the title that its neighbour ``other`` is part of."""
    (_, end), (start, _) = sorted((word, other))
    said = text[slice(*word)]
    return text[end:start] == " " and said[0].isalpha() and len(said) > 1 and said.casefold() not in frequent_words()


@built
def _joins(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.words("titles", "joins"))


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
