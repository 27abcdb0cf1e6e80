"""Years of experience, and the place, that a sentence of a vacancy asks for."""

from __future__ import annotations

import re

from jobfit.records import Stated
from jobfit.structure.places import find_places
from jobfit.structure.spans import fold, moved, stated

_NUMBERS = {
    word: number
    for number, words in enumerate(
        "one/un/une two/deux three/trois four/quatre five/cinq six seven/sept eight/huit nine/neuf ten/dix".split(),
        start=1,
    )
    for word in words.split("/")
}
_NUMBER = rf"(?P<n>\d{{1,2}}|{'|'.join(_NUMBERS)})(?: ?\(\d{{1,2}}\))?"
_SPAN = rf"{_NUMBER} ?(?:(?:-|to|a|et|and|ou|or) ?\d{{1,2}} ?)?\+? ?(?:or more |ou plus )?(?P<unit>years?|yrs?|months?|ans?|annees?|mois)\b'?"
_LEAD = r"(?:(?:at least|minimum(?: of)?|min\.?|over|more than|au moins|au minimum|plus de|d'au moins|de plus de) (?:de )?)?"
_EXPERIENCE = re.compile(
    rf"\b{_LEAD}{_SPAN}(?: minimum| or more)? ?(?:(?:of|in|d'|de|of the|dans|en|as|'s) ?)?(?:[\w/+#.-]+ ){{0,4}}?(?:experience|exp\b)(?: minimum| minimale?)?|"
    rf"\b(?:experience|exp)\b[^.;\n]{{0,40}}?(?:of|de|d'|:|\(|minimum|min\.?|least|moins) ?\(?{_LEAD}{_SPAN.replace('<n>', '<n2>').replace('<unit>', '<unit2>')}(?: minimum)?|"
    rf"\b(?:at least|minimum(?: of)?|au moins|au minimum) {_SPAN.replace('<n>', '<n3>').replace('<unit>', '<unit3>')}(?= (?:in|as|of|working|with|using|dans|en|sur|comme)\b)|"
    rf"\b{_SPAN.replace('<n>', '<n4>').replace('<unit>', '<unit4>')}(?= (?:working|developing|in|using|with|as) [\w.+#]+)"
)
_OTHERS = re.compile(
    r"\b(?:we|our|us|nous|notre|nos|company|societe|entreprise|founded|fondee?|last|past|dernieres?|depuis|age|aged|contract|contrat|warranty)\b"
)
_BASED = re.compile(
    r"\bmust (?:be (?:based|located|living|resident)|live|reside|work|relocate)(?: on-?site)?(?: in| at| near| within| to)|"
    r"\b(?:doit|devez|devra|devrez|imperativement) (?:etre )?(?:base|basee|resider|habiter|domicilie|domiciliee|vivre)e?s?(?: a| en| au| sur)"
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
        number = next(group[key] for key in ("n", "n2", "n3", "n4") if group[key])
        unit = next(group[key] for key in ("unit", "unit2", "unit3", "unit4") if group[key])
        count = int(number) if number.isdigit() else _NUMBERS[number]
        if not _OTHERS.search(folded[max(0, match.start() - 40) : match.start()]) and 0 < count <= 30:
            return stated(count if unit.startswith("mo") else count * 12, sentence, *match.span())
    return None


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
