"""The gate of every format: clean the Unicode, check the length, and refuse what nobody could use.

What a reader cannot see goes, what a reader sees stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from jobfit.ingest.parse.homoglyphs import fold_homoglyphs
from jobfit.ingest.parse.justified import evened
from jobfit.ingest.parse.leftovers import without_leftovers
from jobfit.ingest.parse.limits import LIMITS
from jobfit.ingest.parse.line_marks import without_marks
from jobfit.ingest.parse.torn import mend
from jobfit.ingest.parse.wrapped import unwrapped
from jobfit.ingest.raw import RawDocument, RawRejection

HIDDEN_UNICODE = "hidden_text:unicode"
HOMOGLYPHS = "unclear_text:homoglyphs"

# Scripts in whose words a zero-width joiner or non-joiner changes what is seen: Arabic to Thaana, Indic, Khmer.
_JOINING = "\u0600-\u08ff\u0900-\u0dff\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufefc"
_STRAY_JOINER = re.compile(f"(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])")
# Ligatures, presentation forms, full-width forms and mathematical letters: other shapes of ordinary letters.
_SHAPES = re.compile(
    "[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\uff01-\uff5e\U0001d400-\U0001d7ff"
    "\u24b6-\u24e9\u2102\u210a-\u2115\u2119-\u211d\u2124\u2128-\u2138\u1d2c-\u1d6a\U0001f130-\U0001f149]+"
)
_EMOJI_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")  # the flag of Wales is spelt in tags
# Tags, supplementary variation selectors (both can carry a whole text), overrides of the reading direction, and
# something invisible inside a Latin word, and a word joiner that opens a text, which says that a CV is masked.
_FILLERS = (
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u206a-\u206f\u2800\ufe00-\ufe0f\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3"
)
_FILLERS += "\U0001d173-\U0001d17a"
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # what can be piled up on any letter
_SMUGGLED = re.compile(
    "[\U000e0000-\U000e007f\U000e0100-\U000e01ef\u202d\u202e]"
    "|(?<=[A-Za-z\u00c0-\u024f])[\u200b\u2060-\u2064\ufeff\u034f\u3164]{1,99}(?=[A-Za-z\u00c0-\u024f])"
    "|\\A\\s{0,99}\u2060{1,99}"
    f"|(?<=[A-Za-z\u00c0-\u024f])[{_FILLERS}]{{1,99}}(?=[A-Za-z\u00c0-\u024f])"
    "|\u00ad{2,99}|(?:\\w\u00ad){4,99}|[\u200b-\u200f\u2060-\u2064\ufeff]{4,99}"
)
_PILED = re.compile(f"[{_MARKS}]{{3,999}}")
_STRUCK = re.compile(f"(?:[A-Za-z][{_MARKS}]{{1,2}}){{3,99}}")  # what no composed letter holds, letter after letter
_ONE_MARK = re.compile(f"[{_MARKS}]")
_BETWEEN = re.compile("(?<=[A-Za-z\u00c0-\u024f])\u2800{1,99}(?=[A-Za-z\u00c0-\u024f])")
_NEWLINE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SENTENCE_GAP = re.compile("(?<=[.!?]) {2}(?=[^ \t])")
_GAP = re.compile("[ \t]{2,}")
_LINE_EDGE = re.compile("[ \t]*\n[ \t]*")
_BLANK_LINES = re.compile("\n{4,}")

_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{2,40}")
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Thai, Japanese, Chinese, Korean
_CID = re.compile(r"\(cid:\d{1,6}\)")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{4,40}")
_VOWEL = re.compile("[aeiouyAEIOUY\u00c0-\u024f]")
_MOST_UNREADABLE = 0.10
_LEAST_LETTERS = 0.35
_MOST_WITHOUT_VOWEL = 0.60
_PROSE_WORDS, _STRUCTURED_WORDS = 20, 3


def _dropped() -> dict[int, str | None]:
    ranges = (
        *((0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD)),  # controls, soft hyphen
        *((0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x180B, 0x180F)),  # fillers, marks
        *((0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)),  # zero width, bidi
        *((0x17B4, 0x17B5), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
        *((0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB)),
        *((0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFFFE, 0xFFFF)),  # lone surrogates, no characters
        *((0xE0000, 0xE007F), (0xE0100, 0xE01EF)),  # tags, variation selectors
    )
    table: dict[int, str | None] = {code: None for first, last in ranges for code in range(first, last + 1)}
    table |= dict.fromkeys(range(0xE000, 0xF900), " ")  # private use: icons of a font, no text
    table |= dict.fromkeys((0xF076, 0xF0A7, 0xF0B7, 0xF0D8, 0xF0FC), "•")  # Word's bullets in Symbol and Wingdings
    table |= dict.fromkeys((0x2010, 0x2011), "-")  # hyphens that are not those of a keyboard
    table |= dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x2800, 0x3000), " ")
    return table


_TABLE = _dropped()


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as a reader sees it; ``hidden_text:unicode`` where characters were smuggled in or piled up.

    Letters of other scripts in Latin words become their Latin doubles (``unclear_text:homoglyphs``).

    NFC; compatibility forms are folded only where they are another shape of the same letters (ligatures, full-width,
    presentation forms, mathematical letters). Newlines become ``\\n``; a tab, or two and more spaces, separate columns
    and become one tab, but for those of justified text; at most two blank lines stay in a row; lines lose their outer
    blanks; a sentence that was cut at the width of a page is one line again. Cleaning twice changes nothing more. Empty
    text stays empty.
    """
    text, hidden = without_leftovers(evened(without_marks(_NEWLINE.sub("\n", text))))
    text = _EMOJI_FLAG.sub("\U0001f3f4", text)
    smuggled = _SMUGGLED.search(text) is not None
    # a filler between two letters is nothing at all, elsewhere it is a blank
    text = _BETWEEN.sub("", text) if smuggled else text
    text = text.translate(_TABLE)
    text = _STRAY_JOINER.sub("", text)
    text = _SHAPES.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    text = unicodedata.normalize("NFC", text)
    text, piled = _PILED.subn("", text)
    text, struck = _STRUCK.subn(lambda match: _ONE_MARK.sub("", match.group()), text)
    text, doubles = fold_homoglyphs(text)
    signs = {HIDDEN_UNICODE: smuggled or piled or struck, HOMOGLYPHS: doubles}
    text = _GAP.sub("\t", _SENTENCE_GAP.sub(" ", text))
    text = unwrapped(mend(_LINE_EDGE.sub("\n", text)))
    flags = dict.fromkeys((*hidden, *(flag for flag, found in signs.items() if found)))
    return _BLANK_LINES.sub("\n\n\n", text).strip(" \t\n"), tuple(flags)


def complaint(text: str, minimum_words: int) -> str | None:
    """Why ``text`` cannot be used; ``None`` where it can.

    A text needs ``minimum_words`` words of two letters and more (in scripts without spaces two characters count as a
    word), at most 10 % unreadable characters, at least 35 % letters among what is not blank, and no more than 60 % of
    its longer Latin words without any vowel (the sign of a font whose letters are mapped wrongly).
    """
    solid = len("".join(text.split()))
    if solid == 0:
        return "there is no text in it"
    unreadable = text.count("\ufffd") + sum(len(match.group()) for match in _CID.finditer(text))
    if unreadable > _MOST_UNREADABLE * solid:
        return "its letters cannot be read (the fonts carry no character map); export it again, or run OCR on it"
    words = len(_WORD.findall(text)) + len(_UNSPACED.findall(text)) // 2
    if words < minimum_words:
        noun = "word" if words == 1 else "words"
        return f"it has only {words} {noun}; a CV or vacancy needs at least {minimum_words}"
    letters = sum(map(len, _LETTERS.findall(text)))
    if letters < _LEAST_LETTERS * solid:
        return "it is mostly digits and symbols, not sentences a person wrote"
    latin = _LATIN.findall(text)
    strange = sum(_VOWEL.search(word) is None for word in latin)
    if len(latin) >= minimum_words and strange > _MOST_WITHOUT_VOWEL * len(latin):
        return "its words are garbled (wrong character map); export it again, or run OCR on it"
    return None


def admit(result: RawDocument | RawRejection) -> RawDocument | RawRejection:
    """The document with clean text and its flags, or a rejection with the reason; a rejection stays as it is.

    A source that states the kind or the row (a table, JSON Resume) may be short: three words. Free text needs twenty.
    """
    if isinstance(result, RawRejection):
        return result
    most, length = LIMITS.get().characters, len(result.text)
    if length <= 4 * most:  # a longer one is not even worth cleaning
        text, flags = clean(result.text)
        length = len(text)
    if length > most:
        too_long = f"its text has {length:,} characters, more than {most:,}; is it one CV or vacancy? Split it"
        return RawRejection(too_long, row=result.row)
    structured = result.kind is not None or result.row is not None
    reason = complaint(text, _STRUCTURED_WORDS if structured else _PROSE_WORDS)
    if reason is not None:
        return RawRejection(reason, row=result.row)
    return replace(result, text=text, flags=tuple(dict.fromkeys((*result.flags, *flags))))
