"""Years of experience, and the place, that a sentence of a vacancy asks for."""

from __future__ import annotations

import re
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import EducationLevel, Stated
from jobfit.structure.places import places_between
from jobfit.structure.spans import stated
from jobfit.structure.text import ReadText, as_read

_LEVELS = {level.name.lower(): level for level in EducationLevel}


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "demands")
        numbers = lexicon.numbers("demands", "numbers")
        lead = rf"(?:(?:{of('lead')}) )?"
        named = lexicon.union("experience", "named", "short")
        units = lexicon.union("units", "years", "months")

        def duration(n: int) -> str:
            return (
                rf"(?P<n{n}>\d{{1,2}}|{'|'.join(numbers)})(?: ?\(\d{{1,2}}\))? ?"
                rf"(?:(?:-|{of('between')}) ?\d{{1,2}} ?)?\+? ?(?:(?:{of('or_more')}) )?(?P<unit{n}>{units})\b'?"
            )

        bare = lexicon.groups("demands", "bare")
        levels = "|".join(rf"(?P<{name}>{'|'.join(parts)})" for name, parts in bare.items())
        self.experience = re.compile(
            # 3+ years of hands-on experience; 2 ans d'expérience minimum
            rf"\b{lead}{duration(1)}(?: minimum| or more)? ?(?:(?:{of('link')}) ?)?"
            rf"(?:[\w/+#.-]{{1,30}} ){{0,4}}?(?:{named})(?: (?:{of('at_minimum')}))?|"
            # experience: at least 3 years; expérience de 3 ans
            rf"\b(?:{named})\b[^.;\n]{{0,40}}?(?::|\(|{of('introduced_by')}) ?\(?{lead}"
            rf"{duration(2)}(?: (?:{of('at_minimum')}))?|"
            # at least 3 years as a nurse
            rf"\b(?:{of('at_least')}) {duration(3)}(?= (?:{of('then')})\b)|"
            # 5 years working with Java
            rf"\b{duration(4)}(?= (?:{of('doing')}) [\w.+#])"
        )
        self.numbers = numbers
        self.months = re.compile(lexicon.union("units", "months"))
        # years of the company, of a contract
        self.of_others = re.compile(rf"\b(?:{of('of_others')})\b")
        # on the text as it is written
        self.bare = re.compile(rf"(?<![\w+&-])(?:{levels})")
        self.about_education = re.compile(rf"\b(?:{of('about_education')})\b")
        self.based = re.compile(rf"\b(?:{of('based')})")


_words = built(_Words)


def find_experience(sentence: str | ReadText) -> Stated[int] | None:
    """Return the months of experience that ``sentence`` names, the lower end of a range; ``None`` where it names none.

    "at least 3 years", "3+ years", "1-4 years experience", "2 ans d'expérience minimum". Years of the company do not
    count ("we have 30 years of experience").

    >>> find_experience("Minimum of 2 years' experience in Java").value
    24
    """
    read, words = as_read(sentence), _words()
    folded = read.folded
    for match in words.experience.finditer(folded):
        group = match.groupdict()
        number = next(group[f"n{n}"] for n in range(1, 5) if group[f"n{n}"])
        unit = next(group[f"unit{n}"] for n in range(1, 5) if group[f"unit{n}"])
        count = int(number) if number.isdigit() else words.numbers[number]
        if not words.of_others.search(folded[max(0, match.start() - 40) : match.start()]) and 0 < count <= 30:
            return stated(count if words.months.fullmatch(unit) else count * 12, read.text, *match.span())
    return None


def find_bare_levels(sentence: str | ReadText) -> tuple[Stated[EducationLevel], ...]:
    """Return the diplomas that ``sentence`` names by letters that mean one only where education is asked for.

    "Education: BA or higher", "Computer Science Undergrad / BS", "Bac exigé"; empty for "ba" or "bac" elsewhere.

    >>> [level.value.name for level in find_bare_levels("Formation : Bac minimum")]
    ['UPPER_SECONDARY']
    """
    read, words = as_read(sentence), _words()
    if not words.about_education.search(read.folded):
        return ()
    return tuple(stated(_LEVELS[str(m.lastgroup)], read.text, *m.span()) for m in words.bare.finditer(read.text))


def find_required_place(sentence: str | ReadText) -> Stated[str] | None:
    """Return the known place where a candidate must live or work by this ``sentence``; ``None`` where it says none.

    >>> find_required_place("You must be based in Lyon.").value
    'lyon'
    """
    read = as_read(sentence)
    match = _words().based.search(read.folded)
    places = places_between(read, match.end(), len(read.text)) if match else ()
    return places[0] if places else None
