"""E-mail addresses, phone numbers, links and handles; the names that addresses spell.

All patterns have bounded repeats: time grows with the length of the text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from jobfit.documents.masking.spans import Edit
from jobfit.documents.masking.words import fold, is_ordinary, lowered, near, near_words
from jobfit.lexicon import Lexicon, built

_EMAIL = re.compile(r"(?:mailto:)?[^\s@<>|,;:()\[\]\"“”]{1,64} ?@ ?[^\s@<>|,;:()\[\]\"“”]{1,100}\.[^\W\d_]{2,12}", re.I)
_SITES = r"(?:linkedin|github|gitlab|twitter|facebook|instagram|xing|viadeo|behance|dribbble|stackoverflow|medium|t)"
_PROFILE_SITE = re.compile(rf"(?:[\w-]{{1,30}}\.)?{_SITES}\.", re.I)
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s|<>]{{1,400}}|\b(?:[\w-]{{1,30}}\.)?{_SITES}\.(?:com|fr|net|me|org)(?:/[^\s"
    rf"|<>,;)]{{0,200}})?"
    rf"|(?<!\w)(?:linkedin|github)?/in/[\w%-]{{3,100}}/?|(?<![\w-])in/(?=[\w%]{{1,60}}-)[\w%-]{{3,100}}/?|/profile\.php\?\s?(?:id=)?\s?\d{{0,20}}"
    r"|(?<![\w.])(?![BM]\.(?:Tech|Com)\b)(?:[\w-]{1,63}\.){1,3}(?:com|org|net|fr|io|uk|me|dev|eu|de|ai|app|tech|info|be|ch|ca|us|ru|il|es"
    r"|pl|nl|"
    r"ua|pro|site|online|page|name|cv)\b(?:/[^\s|<>,;)]{0,200})?(?![\w@])",
    re.I,
)
_TOOL_DOMAIN = re.compile(
    r"(?:asp|vb|ado|ml|socket|draw|diagrams|monday|c|paint|webdriver|force|salesforce|h2o|fast|crypto|render|booking)"
    r"\.(?:net|io|com|ai)(?:/\w{0,30}\W{0,2})?",
    re.I,
)
_BARE = re.compile(r"(?:[\w-]{1,63}\.){1,3}[A-Za-z]{2,6}")
_NEW_SENTENCE = re.compile(r"[a-z]\.[A-Z][A-Za-z]{1,5}$")  # "Los Angeles.CA", "and benefits.Pro Search": no domain
_HANDLE = re.compile(r"(?<![\w@/.])@[^\W\d]\w{1,30}(?![\w/])(?:\.\w{1,20})?")
_AT_WORK = re.compile(r"[^\W\d_]{3} $")  # "engineer @Google" names an employer, "Twitter @jdoe" a person
_ROUND = re.compile(r"(?:[ \u00a0.]000)+$|0000$")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[-/–]\s?(?:19|20)\d\d(?!\d)")
_PAY = re.compile(r"\d{3}00[ -]?\d{3}00$")
_NO_PHONE_BEHIND = re.compile(r"\d,$|#$")  # "100,000.00", "#0045871"
_DIGIT = re.compile(r"\d")
_PHONE_DIGITS = 7
_ROUND_DIGITS = 9
_MONTH_YEAR = re.compile(
    r"(?<!\d)(?:0?[1-9]|1[0-2])[/.\- ](?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d"
)
_SLUG = re.compile(r"(?:linkedin\.com|(?<!\S)(?:linkedin)?)/in/([^\s/|?]{3,60})", re.I)
_PROFILE = re.compile("/in/", re.I)
_AT_SIGN = re.compile("@")
_DIGITS = re.compile(r"[+☎📞📱✆]|\d(?:[ \t\u00a0().\-/]{0,4}\d){5}")


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "masking")
        at = rf"\s{{0,2}}(?:[\[({{]\s?(?:{of('at')}|@)\s?[\])}}]|\b(?:{of('at')})\b)\s{{0,2}}"
        dot = rf"\s{{0,2}}(?:[\[({{]\s?(?:{of('dot')}|\.)\s?[\])}}]|\b(?:{of('dot')})\b)\s{{0,2}}"
        spelled = re.compile(rf"\b[\w.+-]{{1,40}}{at}[\w-]{{1,40}}(?:{dot}[\w-]{{1,40}}){{1,3}}", re.I)
        bracketed = re.compile(
            rf"\b[\w.+-]{{1,40}}\s{{0,2}}[\[({{]\s?(?:{of('at')}|@)\s?[\])}}]\s{{0,2}}[\w.-]{{1,60}}\.[a-z]{{2,10}}\b",
            re.I,
        )
        self.phone = re.compile(
            rf"(?:\b|(?=[☎📞📱✆]))(?:{of('phone')})[ .:\t]{{0,12}}[+(\d][\d \t\u00a0().\-/]{{5,22}}\d"
            r"|(?<![\w.+])(?:\+|00)\s?\(?\d{1,3}\)?(?:[ \u00a0.\-/]{0,2}\(?\d{1,5}\)?){2,7}(?!\w)"
            r"|(?<![\w.,/-])\(0\d{1,4}\)[ .\-]?\d(?:[ .\-]?\d){5,8}(?!\w)"
            r"|(?<![\w.,/-])0\d(?:[ \u00a0.\-/]?\d){7,9}(?![\w/])"
            r"|(?<![\w.,/-])(?:1[ .\-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .\-])\d{3}[ .\-]\d{4}(?!\w)"
            r"|(?<![\w.,/-])[6-9]\d{4}[ \-]?\d{5}(?!\w)|(?<![\w.,/-])\d{9,12}(?!\w)",
            re.I,
        )
        # pattern and cheap hint
        self.hinted = (
            (_EMAIL, _AT_SIGN),
            (_LINK, re.compile(r"\.[^\W_]|:/|n/|\.php", re.I)),
            (bracketed, re.compile(rf"[\[({{]\s?(?:{of('at')}|@)", re.I)),
            (_HANDLE, _AT_SIGN),
        )
        brackets = (f"{bracket}{blank}." for bracket in "([{" for blank in ("", " "))
        self.spelled = spelled, (*lexicon.parts("masking", "dot"), *brackets)
        self.network = re.compile(rf"\b(?:{of('networks')}) $", re.I)
        self.roles = lexicon.words("masking", "role_addresses")


_words = built(_Words)


def contact_edits(text: str) -> Iterator[Edit]:
    """Yield the removal of addresses, numbers, links and handles of a person."""
    words = _words()
    for pattern, hint in words.hinted:
        for match in near(pattern, hint, text):
            if not (pattern is _LINK and _is_no_site(match.group())) and not (
                pattern is _HANDLE and _is_employer(text, match)
            ):
                yield Edit(match.start(), match.end(), "contact")
    for match in near_words(*words.spelled, text, lowered(text)):
        yield Edit(match.start(), match.end(), "contact")
    for match in near(words.phone, _DIGITS, text):
        if not _is_quantity(text, match):
            yield Edit(match.start(), match.end(), "contact")


def public_contacts(text: str) -> Iterator[Edit]:
    """As :func:`contact_edits`, but a bare domain stays: outside of a CV it stands for an employer or a tool."""
    return (edit for edit in contact_edits(text) if not _is_domain(text, edit))


def _is_domain(text: str, edit: Edit) -> bool:
    written = text[edit.start : edit.end]
    return (
        bool(_BARE.fullmatch(written)) and not written.lower().startswith("www.") and not _PROFILE_SITE.match(written)
    )


def _is_no_site(link: str) -> bool:
    return bool(_TOOL_DOMAIN.fullmatch(link) or (_BARE.fullmatch(link) and _NEW_SENTENCE.search(link)))


def _is_employer(text: str, handle: re.Match[str]) -> bool:
    before = text[max(0, handle.start() - 30) : handle.start()]
    capital = handle.group()[1].isupper()
    return capital and bool(_AT_WORK.search(before)) and not _words().network.search(before)


def _is_quantity(text: str, match: re.Match[str]) -> bool:
    """Whether what is written like a phone number is a period, a sum, a reference or a range of pay."""
    number = match.group()
    digits = len(_DIGIT.findall(number))
    if number[0] not in "+(0123456789":
        return bool(_YEARS.search(number))
    if number[0] != "+" and _MONTH_YEAR.search(number):
        return True
    return (
        digits < _PHONE_DIGITS
        or bool(_NO_PHONE_BEHIND.search(text, max(0, match.start() - 2), match.start()))
        or bool(_PAY.match(number))
        or (digits <= _ROUND_DIGITS and bool(_ROUND.search(number)))
    )


def address_names(text: str) -> frozenset[str]:
    """Return the name tokens that e-mail addresses and LinkedIn links spell (``john.smith@`` gives john and smith)."""
    locals_ = [m.group().partition("@")[0] for m in near(_EMAIL, _AT_SIGN, text)]
    slugs = [m.group(1) for m in near(_SLUG, _PROFILE, text)]
    parts = (re.split(r"[\W\d_]+", value) for value in [*locals_, *slugs])
    spelt = {fold(part) for group in parts if len(group) > 1 for part in group if len(part) > 2}
    return frozenset(token for token in spelt if token not in _words().roles and not is_ordinary(token))
