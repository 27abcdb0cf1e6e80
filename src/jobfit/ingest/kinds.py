"""Candidate or vacancy, where neither the format nor the user says: words of the path and of the text decide.

Every cue that occurs has a weight and counts once, in however many languages. The side with more weight wins if that
is enough and leads by a margin; where neither leads, a folder named after one of them decides. Else nobody knows, and
the input is rejected with the advice to say it. A wrong guess would put a person among the vacancies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from jobfit.lexicon import Lexicon, built
from jobfit.records import Kind

_READ = 30_000
_MARGIN = 2
_LEAST = 4  # a folder name alone is not enough
_PATH_WEIGHT = 3
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")
_EMAIL_WEIGHT, _TOP = 2, 400


@dataclass(frozen=True, slots=True)
class _Side:
    cues: tuple[tuple[int, re.Pattern[str]], ...]
    path: re.Pattern[str]

    def weight(self, text: str, path: str) -> int:
        return sum(n for n, pattern in self.cues if pattern.search(text)) + _PATH_WEIGHT * bool(self.path.search(path))


@built
def _sides(lexicon: Lexicon) -> tuple[_Side, _Side, re.Pattern[str]]:
    """Return the cues of candidates, those of vacancies, and what is neither (a licence beside the CVs)."""

    def side(kind: str) -> _Side:
        weights, groups = lexicon.numbers("kinds", f"{kind}_weights"), lexicon.groups("kinds", kind)
        cues = ((weights[name], re.compile("|".join(parts), re.MULTILINE)) for name, parts in groups.items())
        return _Side(tuple(cues), re.compile(rf"(?<![a-z])(?:{lexicon.union('kinds', f'path_{kind}')})(?![a-z])"))

    return side("candidate"), side("vacancy"), re.compile(rf"\b(?:{lexicon.union('kinds', 'neither')})\b")


def guess_kind(text: str, path: str) -> Kind | None:
    """The kind of record that ``text`` from ``path`` is; ``None`` where the cues do not decide."""
    candidates, vacancies, neither = _sides()
    folded = text[:_READ].casefold()
    words = "/".join(PurePath(path).parts[-3:]).casefold()
    candidate = candidates.weight(folded, words) + _EMAIL_WEIGHT * bool(_EMAIL.search(folded[:_TOP]))
    vacancy = vacancies.weight(folded, words)
    if max(candidate, vacancy) < _LEAST or neither.search(folded):
        return None
    if abs(candidate - vacancy) < _MARGIN:  # such as a CV into which an advert was pasted
        return kind_of_folder(path)
    return Kind.CANDIDATE if candidate > vacancy else Kind.VACANCY


def kind_of_folder(path: str) -> Kind | None:
    """The kind of record that the folder of the file at ``path`` is named after, such as ``cvs``; else ``None``."""
    folder = PurePath(path).parent.name.casefold()
    candidates, vacancies, _ = _sides()
    if candidates.path.fullmatch(folder):
        return Kind.CANDIDATE
    return Kind.VACANCY if vacancies.path.fullmatch(folder) else None
