"""Letters of other scripts that look like Latin ones, in words that are Latin otherwise."""

from __future__ import annotations

import re

_PAIRS = (
    # Cyrillic
    "аaвbеeзzіiјjкkмmнhоoрpсcтtуyхxѕsһhӏlԁdԛqԝwүyАAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYХXҮYԌGԚQԜWӀI"
    # Greek
    "αaγyεeηnιiκkνvοoρpτtυuχxωwϲcϳjΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXϹCͿJ"
    # Armenian, Cherokee
    "օoսuհhոnցgԁdѵvᎠDᎡRᎢTᎥiᎪAᎫJᎬEᎳWᎷMᎻHᏀGᏃZᏆTᏎSᏒRᏔWᏚSᏟCᏢPᏙVᏞLᏦKᏴB"
    # shapes that Latin itself has twice: single-storey a and g, small capitals
    "ɑaɡgɪiʀrʏyʙbɢgʜhʟlɴnᴀaᴄcᴅdᴇeꜰfᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwᴢzꜱs"
)
_LATIN_OF = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
_OTHERS = "".join(_PAIRS[::2])
_OWN = "ɑɡɪʀʏʙɢʜʟɴᴀᴄᴅᴇꜰᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱ"  # Latin letters by themselves, which deceive nobody
_WORD = re.compile(rf"[^\W\d_]*[{_OTHERS}][^\W\d_]*")
_PLAIN = re.compile("[A-Za-z\u00c0-\u024f]")
_LEAST = 3  # letters of a word, below which a mixture may be a formula


def fold_homoglyphs(text: str) -> tuple[str, bool]:
    """The text with such letters as their Latin doubles, and whether there were any.

    A word without any Latin letter changes only where each of its letters has a double and the text has no word that
    is truly of that script.

    >>> fold_homoglyphs("Руthon")
    ('Python', True)
    >>> fold_homoglyphs("Сентябрь в Москве")
    ('Сентябрь в Москве', False)
    """
    if not any(letter in text for letter in _OTHERS):
        return text, False
    words = [word for word in _WORD.findall(text) if not _PLAIN.search(word)]
    foreign = any(_stays(word) for word in words) or any(_stays(word) for word in _FOREIGN.findall(text))
    found = False

    def fold(match: re.Match[str]) -> str:
        nonlocal found
        word = match.group()
        mixed = _PLAIN.search(word) is not None
        if len(word) < _LEAST or not (mixed or (not foreign and not _stays(word))):
            return word
        folded = word.translate(_LATIN_OF)
        if _FOREIGN.search(folded):  # it has letters that no Latin word has
            return word
        found = found or any(letter in _OTHERS and letter not in _OWN for letter in word)
        return folded

    return _WORD.sub(fold, text), found


_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff]+")


def _stays(word: str) -> bool:
    return _FOREIGN.search(word.translate(_LATIN_OF)) is not None
