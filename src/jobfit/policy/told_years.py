"""Time with one skill that a CV tells in words: "5 years of experience in HTML", "HTML (6 years)", "6 ans de Java".

Only what names both counts: ten years of development and "HTML" among the skills are not ten years of HTML.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.policy.met import read_once
from jobfit.records import CandidateProfile, Evidence, Requirement
from jobfit.structure.polarity import claims
from jobfit.structure.spans import quote, stated

_BEFORE = 30  # characters before a number that may limit it: "less than"


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "years")
        years, months = lexicon.union("units", "years"), lexicon.union("units", "months")
        link = rf"(?:{of('with_skill')})"
        joins = rf"(?:, ?| ?[/&] ?|,? (?:{lexicon.union('polarity', 'and')}) )"

        def time(number: str, unit: str) -> str:
            return rf"(?P<{number}>\d{{1,2}})\+? ?(?:(?P<{unit}>{years})|{months})\b"

        # "5+ years of experience in Java, HTML": words without a sign, a preposition, and what stands before in a list
        self.before = (
            rf"{time('n', 'y')}'? (?:[\w'-]{{1,15}} ){{0,4}}?{link} ?(?P<list>(?:[\w+#.-]{{1,20}}{joins}){{0,5}})"
        )
        self.after = rf" ?(?:[(:–-]|\b(?:{of('lasted')})\b) {{0,2}}(?:[a-z]{{1,10}} ){{0,2}}{time('m', 'z')}"
        self.joins = re.compile(joins)
        self.limited = re.compile(rf"\b(?:{of('at_most')}) ?$")


_words = built(_Words)


@lru_cache(maxsize=4096)
def _around(name: str, words: _Words) -> re.Pattern[str]:
    name = rf"{re.escape(name)}(?![\w+#])"
    return re.compile(rf"(?<![\w.,/-]){words.before}(?P<a>{name})|(?<![\w+#])(?P<b>{name}){words.after}")


def years_told(requirement: Requirement, profile: CandidateProfile, text: str) -> Evidence | None:
    """Return where ``text`` tells of as many months with the skill as are asked for, ``None`` where it does not."""
    skill = next((item.evidence for item in profile.skills if item.value == requirement.value), None)
    if skill is None or not requirement.minimum:
        return None
    read, words = read_once(text), _words()
    folded = read.folded
    skills = {fold(item.evidence.text) for item in profile.skills}
    # "10 years of CSS and HTML"; not "10 years in sales, HTML"
    for match in _around(fold(skill.text), words).finditer(folded):
        number, year = (match["n"], match["y"]) if match["n"] else (match["m"], match["z"])
        start, end = match.span("a" if match["n"] else "b")
        limited = words.limited.search(folded, max(0, match.start() - _BEFORE), match.start("n" if match["n"] else "m"))
        enough = int(number) * (12 if year else 1) >= requirement.minimum
        listed = match["list"] or ""
        known = skills.issuperset(filter(None, words.joins.split(listed))) and not listed.endswith((",", ", "))
        if enough and known and not limited and claims(read, [stated(requirement.value, text, start, end)])[0]:
            return quote(text, match.start(), match.end() + folded.startswith(")", match.end()))
    return None
