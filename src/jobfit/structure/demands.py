"""Years of experience, and the place, that a sentence of a vacancy asks for."""

from __future__ import annotations

import re

from jobfit.folding import fold
from jobfit.records import EducationLevel, Stated
from jobfit.structure.places import find_places
from jobfit.structure.spans import moved, stated

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
}  # fmt: skip
_LEAD = r"(?:(?:at least|minimum(?: of)?|min\.?|over|more than|(?:d')?au moins|au minimum|(?:de )?plus de) (?:de )?)?"


def _duration(n: int) -> str:
    """Return the pattern of "3+ years", "1-4 years", "trois ans"; the group names carry ``n``."""
    number = rf"(?P<n{n}>\d{{1,2}}|{'|'.join(_NUMBERS)})(?: ?\(\d{{1,2}}\))?"
    return (
        rf"{number} ?(?:(?:-|to|a|et|and|ou|or) ?\d{{1,2}} ?)?\+? ?(?:or more |ou plus )?"
        rf"(?P<unit{n}>years?|yrs?|months?|ans?|annees?|mois)\b'?"
    )


_EXPERIENCE = re.compile(
    # 3+ years of hands-on experience; 2 ans d'expérience minimum
    rf"\b{_LEAD}{_duration(1)}(?: minimum| or more)? ?(?:(?:of|in|d'|de|of the|dans|en|as|'s) ?)?"
    rf"(?:[\w/+#.-]{{1,30}} ){{0,4}}?(?:experience|exp\b)(?: minimum| minimale?)?|"
    # experience: at least 3 years; expérience de 3 ans
    rf"\b(?:experience|exp)\b[^.;\n]{{0,40}}?(?:of|de|d'|:|\(|minimum|min\.?|least|moins) ?\(?{_LEAD}"
    rf"{_duration(2)}(?: minimum)?|"
    # at least 3 years as a nurse
    rf"\b(?:at least|minimum(?: of)?|au moins|au minimum) {_duration(3)}"
    r"(?= (?:in|as|of|working|with|using|dans|en|sur|comme)\b)|"
    # 5 years working with Java
    rf"\b{_duration(4)}(?= (?:working|developing|using|with|as) [\w.+#])"
)
_OTHERS = re.compile(
    r"\b(?:we|our|us|nous|notre|nos|company|societe|entreprise|founded|fondee?|last|past|dernieres?|depuis|age|"
    r"aged|contract|contrat|warranty)\b"
)
_BARE = {
    "BA": EducationLevel.BACHELOR,
    "BS": EducationLevel.BACHELOR,
    "Licence": EducationLevel.BACHELOR,
    "Bac": EducationLevel.UPPER_SECONDARY,
}
_BARE_LEVEL = re.compile(
    r"(?<![\w+&-])(?:(?:BA|BS|Bac)(?! ?\+)(?![\w&-])|Licence(?= (?:exig|minimum|requis|souhait|obligatoire|ou plus)))"
)
_ABOUT_EDUCATION = re.compile(
    r"\b(?:education|degree|undergrad(?:uate)?|graduates?|formation|diplome|niveau d'etudes|or higher|"
    r"(?:bac|licence) (?:exigee?|requise?|minimum|souhaitee?|obligatoire))\b"
)
_BASED = re.compile(
    r"\bmust (?:be (?:based|located|living|resident)|live|reside|work|relocate)(?: on-?site)?(?: in| at| near|"
    r" within| to)|"
    r"\b(?:doit|devez|devra|devrez|imperativement) (?:etre )?(?:base|basee|resider|habiter|domicilie|domiciliee|"
    r"vivre)e?s?(?: a| en| au| sur)"
)


def find_experience(sentence: str) -> Stated[int] | None:
    """Return the months of experience that ``sentence`` names, the lower end of a range; ``None`` where it names none.

    "at least 3 years", "3+ years", "1-4 years experience", "2 ans d'expérience minimum". Years of the company do not
    count ("we have 30 years of experience").

    >>> find_experience("Minimum of 2 years' experience in Java").value
    24
    """
    folded = fold(sentence)
    for match in _EXPERIENCE.finditer(folded):
        group = match.groupdict()
        number = next(group[f"n{n}"] for n in range(1, 5) if group[f"n{n}"])
        unit = next(group[f"unit{n}"] for n in range(1, 5) if group[f"unit{n}"])
        count = int(number) if number.isdigit() else _NUMBERS[number]
        if not _OTHERS.search(folded[max(0, match.start() - 40) : match.start()]) and 0 < count <= 30:
            return stated(count if unit.startswith("mo") else count * 12, sentence, *match.span())
    return None


def find_bare_levels(sentence: str) -> tuple[Stated[EducationLevel], ...]:
    """Return the diplomas that ``sentence`` names by letters that mean one only where education is asked for.

    "Education: BA or higher", "Computer Science Undergrad / BS", "Bac exigé"; empty for "ba" or "bac" elsewhere.

    >>> [level.value.name for level in find_bare_levels("Formation : Bac minimum")]
    ['UPPER_SECONDARY']
    """
    if not _ABOUT_EDUCATION.search(fold(sentence)):
        return ()
    return tuple(stated(_BARE[m.group()], sentence, *m.span()) for m in _BARE_LEVEL.finditer(sentence))


def find_required_place(sentence: str) -> Stated[str] | None:
    """Return the known place where a candidate must live or work by this ``sentence``; ``None`` where it says none.

    >>> find_required_place("You must be based in Lyon.").value
    'lyon'
    """
    match = _BASED.search(fold(sentence))
    if match is None:
        return None
    places = find_places(sentence[match.end() :])
    return moved(places[0], sentence, match.end()) if places else None
