"""Money that a vacancy offers or a candidate asks for: amounts, currency and period.

An amount counts only where words say that it is pay ("salary", "per hour", "brut annuel"), and never beside words that
say what else it is ("revenue", "budget", "tuition"). Currency and period are stated, or plain: 45,000 is paid a year.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from jobfit.lexicon import Lexicon, built
from jobfit.records import Period, Salary, Stated
from jobfit.structure.spans import stated
from jobfit.structure.text import ReadText, as_read

_BEFORE, _AFTER = 60, 40
_NUMBER = r"\d{1,3}(?:[ ,.']\d{3}){1,2}(?![\d])(?:[.,]\d{2}(?!\d))?|\d{1,6}(?:[.,]\d{1,2})?(?![\d])"
_THOUSANDS = re.compile(r"[ ,.'](?=\d{3}(?!\d))")
_PIECE_BEFORE = re.compile(
    r"(?:(?<![^\n])|[|•·,;/(>]|[ -][-–—]) ?(?:(?:[Uu]p to|[Ff]rom|[Jj]usqu'à|[Àà] partir de) )?\Z|(?<![^\n])\s*\Z"
)
_PIECE_END = re.compile(r" ?(?:[|•·,;/)\n+]|[-–—] |\Z)")
_NOUN = re.compile(r" [a-z]{4,20}s\b")
_PLAIN_LEAST, _PLAIN_MOST = 14_000, 400_000  # of a year, where nothing but its place says that it is pay
_MONTHLY = 1_300, 6_000  # euros that nobody earns in a day, nor in a year
_YEARLY = 10_000  # from here on a sum without a period is one for a year
_SIGNS = ("before1", "after1", "k1", "before2", "after2", "k2")
_LEAST, _MOST = 5, 2_000_000
_A_YEAR = {Period.HOUR: 1720, Period.DAY: 220, Period.WEEK: 52, Period.MONTH: 12, Period.YEAR: 1}  # full time
_DOLLARS = frozenset({"CAD", "AUD", "NZD", "SGD", "HKD"})
_COMPARABLE = frozenset({"EUR", "GBP", "USD", "CHF", "CAD"})  # within a factor of 1.7: others are unknown


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "pay")
        codes = lexicon.groups("pay", "currencies")
        self.currencies = {sign: code for code, signs in codes.items() for sign in signs}
        signs = "|".join(re.escape(sign) for sign in sorted(self.currencies, key=len, reverse=True))

        def money(n: int) -> str:
            return (
                rf"(?:(?P<before{n}>{signs}) ?)?(?P<n{n}>{_NUMBER})(?: ?(?P<k{n}>k)(?![a-z]))?"
                rf"(?: ?(?P<after{n}>{signs})(?![a-z]))?"
            )

        self.amount = re.compile(
            rf"(?:(?<![\w.,$€£#])|(?<=[a-z])(?=[$£€])){money(1)}(?: ?(?:-|/(?=\d)|{of('to')}) ?{money(2)})?"
        )
        self.periods = tuple(
            (Period(name), re.compile(rf"[ ,(*]{{0,3}}(?:{of('gross')})?[ ,(]{{0,2}}(?:{'|'.join(parts)})(?!\w)"))
            for name, parts in lexicon.groups("pay", "periods").items()
        )
        self.period_before = tuple(
            (Period(name), re.compile(rf"\b(?:{'|'.join(parts)})\b"))
            for name, parts in lexicon.groups("pay", "periods_before").items()
        )
        self.of_countries = {
            country: code for code, several in lexicon.groups("pay", "countries").items() for country in several
        }
        self.cue = re.compile(rf"\b(?:{of('cue')})\b|(?:{of('cue_label')}) ?:")
        self.after = re.compile(rf"[ ,(]{{0,3}}(?:{of('after')})(?!\w)")
        self.wish = re.compile(rf"\b(?:{of('wish')})\b")
        self.not_pay_before = re.compile(rf"\b(?:{of('not_pay_before')})\b")
        self.not_pay_after = re.compile(rf"[ .]{{0,2}}(?:{of('not_pay_after')})(?!\w)")
        self.up_to = re.compile(rf"\b(?:{of('up_to')})[ :]{{1,3}}$")
        self.from_ = re.compile(rf"\b(?:{of('from')})[ :]{{1,3}}$")


_words = built(_Words)


def currency_of(country: str | None) -> str | None:
    """Return the currency (ISO 4217) in which a country pays; ``None`` where it is not known."""
    return _words().of_countries.get(country or "")


def currency_codes() -> tuple[str, ...]:
    """Return the currencies (ISO 4217) that are read, in order."""
    words = _words()
    return tuple(sorted({*words.currencies.values(), *words.of_countries.values()}))


def a_year(salary: Salary) -> Salary:
    """Return what a year of full-time work pays: 12 months, 52 weeks, 220 days or 1,720 hours.

    >>> a_year(Salary(None, 2_000, "EUR", Period.MONTH)).maximum
    24000
    """
    low, high = (amount and amount * _A_YEAR[salary.period] for amount in (salary.minimum, salary.maximum))
    return Salary(low, high, salary.currency, Period.YEAR)


def yearly(salary: Salary | None, currency: str | None = None) -> float | None:
    """Return :func:`a_year`, the middle of a range; ``None`` where it is unknown or in another ``currency``.

    Without a ``currency`` those within a factor of 1.7 of the euro count as they stand.
    """
    if salary is None or salary.currency not in ({currency} if currency else _COMPARABLE):
        return None
    paid = a_year(salary)
    known = [amount for amount in (paid.minimum, paid.maximum) if amount]
    return sum(known) / len(known) if known else None


def pay_label(amount: float, currency: str) -> str:
    """Return "45,000 EUR a year"."""
    return f"{amount:,.0f} {currency} a year"


def find_salary(text: str | ReadText, currency: str | None = None) -> Stated[Salary] | None:
    """Return the first pay that a vacancy states; ``None`` where it states none.

    ``currency`` is that of the place, for "85K-120K" and for the sign of several dollars.

    >>> str(find_salary("Salaire : 30-35 K€ brut annuel").value.maximum)
    '35000.0'
    """
    return _first(as_read(text), _words().cue, currency, needed=False)


def find_wished_salary(text: str | ReadText, currency: str | None = None) -> Stated[Salary] | None:
    """Return the pay that a candidate asks for; what a past position paid is not a wish."""
    return _first(as_read(text), _words().wish, currency, needed=True)


def _first(read: ReadText, cue: re.Pattern[str], currency: str | None, needed: bool) -> Stated[Salary] | None:
    folded, words = read.folded, _words()
    for match in words.amount.finditer(folded):
        before = _same_line(folded[max(0, match.start() - _BEFORE) : match.start()])
        if not any(match[name] for name in _SIGNS) and (
            _amount(match["n1"], False) < 1000 or not cue.search(before[-25:])
        ):
            continue
        if words.not_pay_before.search(before[-35:]) or words.not_pay_after.match(folded, match.end()):
            continue
        said = cue.search(before)
        period, end = _period(folded, match.end(), before)
        if not (_is_signed(match) or period) and _NOUN.match(folded, match.end()):
            continue  # "20k traders"
        told = said or (
            not needed and ((period is not None and end > match.end()) or words.after.match(folded, match.end()))
        )
        plain = not (told or needed) and _stands_apart(read.text, match)
        if not (told or plain):
            continue
        salary = _salary(match, before, period or (_monthly(match) if told else None), currency)
        if salary and (told or _is_a_years_pay(salary)):
            return replace(stated(salary, read.text, match.start(), end), sure=said is not None)
    return None


def _stands_apart(text: str, match: re.Match[str]) -> bool:
    """Tell whether an amount with its currency is a piece of a line: "Leeds | up to £48,000", "Panama shifts, £46k"."""
    before = _PIECE_BEFORE.search(text, max(0, match.start() - _BEFORE), match.start())
    return _is_signed(match) and before is not None and _PIECE_END.match(text, match.end()) is not None


def _is_signed(match: re.Match[str]) -> bool:
    return any(match[name] for name in _SIGNS if name[0] != "k")


def _is_a_years_pay(salary: Salary) -> bool:
    low, high = salary.minimum or salary.maximum or 0, salary.maximum or salary.minimum or 0
    return salary.period is Period.YEAR and _PLAIN_LEAST <= low <= high <= _PLAIN_MOST


def _monthly(match: re.Match[str]) -> Period | None:
    """Return a month where that alone is plausible: of "Fixe 2 200 €"."""
    euros = any(_words().currencies.get(match[name] or "") == "EUR" for name in _SIGNS if name[0] != "k")
    low = _amount(match["n1"], bool(match["k1"]))
    high = _amount(match["n2"], bool(match["k2"])) if match["n2"] else low
    return Period.MONTH if euros and _MONTHLY[0] <= low <= high <= _MONTHLY[1] else None


def _same_line(before: str) -> str:
    """Return the end of ``before`` in the sentence of the amount; the line above where the amount begins its own."""
    kept = before.rstrip(" \n:-")
    cut = max(kept.rfind("\n"), kept.rfind(". "), kept.rfind(";")) if "\n" in before[len(kept) :] else -1
    if cut < 0:
        kept, cut = before, max(before.rfind("\n"), before.rfind(". "), before.rfind(";"))
    return kept[cut + 1 :] if kept is before else f"{kept[cut + 1 :]} "


def _period(folded: str, position: int, before: str) -> tuple[Period | None, int]:
    """Return the period that follows the amount, with its end, or that its label names."""
    for period, pattern in _words().periods:
        if match := pattern.match(folded, position):
            return period, match.end()
    for period, pattern in _words().period_before:
        if pattern.search(before):
            return period, position
    return None, position


def _salary(match: re.Match[str], before: str, period: Period | None, currency: str | None) -> Salary | None:
    """Return the pay of an amount or a range; ``None`` where a part of it is unknown or out of all proportion."""
    words = _words()
    signs = [match[name] for name in ("before1", "after1", "before2", "after2") if match[name]]
    code = next((words.currencies[sign] for sign in signs), currency)
    if signs and words.currencies[signs[0]] == "USD" and signs[0] == "$" and currency in _DOLLARS:
        code = currency
    amounts = [_amount(match[f"n{n}"], bool(match[f"k{n}"])) for n in (1, 2) if match[f"n{n}"]]
    if len(amounts) == 2:
        low, high = amounts
        if low < 1000 <= high and (match["k2"] or high / 1000 > low):  # "110-130k"
            low *= 1000
        if not low < high:
            return None
        minimum, maximum = low, high
    else:
        minimum = maximum = amounts[0]
    if period is None and minimum >= _YEARLY:
        period = Period.YEAR
    if code is None or period is None or not _LEAST <= minimum <= maximum <= _MOST:
        return None
    if (period is Period.YEAR and minimum < 1000) or (period in (Period.HOUR, Period.DAY) and maximum > 5000):
        return None
    if len(amounts) == 1 and words.up_to.search(before):
        return Salary(None, maximum, code, period)
    if len(amounts) == 1 and words.from_.search(before):
        return Salary(minimum, None, code, period)
    return Salary(minimum, maximum, code, period)


def _amount(digits: str, thousand: bool) -> float:
    whole = _THOUSANDS.sub("", digits)
    return float(whole.replace(",", ".")) * (1000 if thousand else 1)
