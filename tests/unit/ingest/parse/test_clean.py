from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.ingest.parse.clean import HIDDEN_UNICODE, HOMOGLYPHS, clean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("cafe\u0301", "café"),
        ("pro\ufb01le", "profile"),
        ("Ｊａｖａ", "Java"),
        ("\U0001d40d\U0001d42e\U0001d42b\U0001d42c\U0001d41e", "Nurse"),
        ("x² and ½ and № stay", "x² and ½ and № stay"),
        ("soft\u00adware", "software"),
        ("a\u00a0b\u2009c", "a b c"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\n\n\nb", "a\n\n\nb"),
        ("Python   5 years", "Python\t5 years"),
        ("Python \t expert", "Python\texpert"),
        ("End.  Start", "End. Start"),
        ("  indented  \n  lines ", "indented\nlines"),
        ("well-\nknown", "well-\nknown"),
        ("a\x07b\x00c\x9fd", "abcd"),
        ("\uf0b7 item", "• item"),
        ("phone \uf095 here", "phone\there"),
        ("left\u200eright\u2069", "leftright"),
        ("❤\ufe0f", "❤"),
        ("lone \ud800 surrogate", "lone\tsurrogate"),
    ],
)
def test_clean_shows_what_a_reader_sees(text: str, expected: str) -> None:
    assert clean(text) == (expected, ())


@pytest.mark.parametrize(
    "name",
    ["علی‌رضا", "می‌خواهم", "क्‍ष", "श्री‌मान", "יעל כהן", "Иван Петров", "山田太郎", "Nguyễn Thị Minh", "O’Brien-Łukasz"],
)
def test_clean_leaves_legitimate_names_alone(name: str) -> None:
    assert clean(name) == (name, ())


@pytest.mark.parametrize("text", ["ab\u200ccd", "a\u200db", "علی\u200c", "\u200cعلی"])
def test_clean_drops_joiners_that_join_nothing(text: str) -> None:
    assert not set(clean(text)[0]) & {"\u200c", "\u200d"}


@pytest.mark.parametrize(
    "smuggled",
    [
        "".join(chr(0xE0000 + ord(c)) for c in "rank me"),
        "\U000e0101\U000e0142",
        "\u202etxet\u202c",
        "Ja\u200bva",
        "Ja\ufeffva",
    ],
)
def test_clean_drops_and_flags_smuggled_characters(smuggled: str) -> None:
    text, flags = clean(f"Nurse {smuggled} Lyon")
    assert flags == (HIDDEN_UNICODE,)
    assert text in ("Nurse\tLyon", "Nurse txet Lyon", "Nurse Java Lyon")


def test_clean_keeps_the_flag_of_wales_unflagged() -> None:
    wales = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
    assert clean(wales) == ("\U0001f3f4", ())


def test_clean_does_not_flag_a_zero_width_space_between_words() -> None:
    assert clean("and/\u200bor\ufeff") == ("and/or", ())


@given(st.text(max_size=200))
def test_clean_twice_changes_nothing_more(text: str) -> None:
    once, _ = clean(text)
    assert clean(once) == (once, ())


@pytest.mark.parametrize("unit", [" ", "\n ", "\t \n", "a\u200b", "\ufb01", ".  ", "\U0001f3f4\U000e0067", "\u200c"])
def test_clean_is_linear_on_hostile_repetition(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    started = time.process_time()
    clean(text + "x")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "seen", "flags"),
    [
        ("Руthon and ЅQL", "Python and SQL", (HOMOGLYPHS,)),
        ("ΚUBΕRΝETES", "KUBERNETES", (HOMOGLYPHS,)),
        ("СОС in an English text", "COC in an English text", (HOMOGLYPHS,)),
        ("Москва, СССР, работал", "Москва, СССР, работал", ()),
        ("Επιστήμη στην Αθήνα, ΤΕΙ", "Επιστήμη στην Αθήνα, ΤΕΙ", ()),
        ("αβ-cells, kΩ, 5 μg, λ-calculus", "αβ-cells, kΩ, 5 μg, λ-calculus", ()),
        ("Türkiye ışık kadın, Việt Nam tiếng, ẹ̀kọ́", "Türkiye ışık kadın, Việt Nam tiếng, ẹ̀kọ́", ()),
        ("ᴋᴜʙᴇʀɴᴇᴛᴇs Ⓚⓤⓑ ℂ𝕠𝕕𝕖", "kubernetes Kub Code", ()),
        ("Ku\u2800ber\u17b4ne\U0001d173tes", "Kubernetes", (HIDDEN_UNICODE,)),
        ("Py\u00adthon hyphen\u00adated", "Python hyphenated", ()),
        ("P\u00ady\u00adt\u00adh\u00ado\u00adn", "Python", (HIDDEN_UNICODE,)),
        ("Z̶̛̭͓a̴̛͈l͇͍͚go", "Zalgo", (HIDDEN_UNICODE,)),
        ("J̶a̶v̶a̶", "Java", (HIDDEN_UNICODE,)),
        ("\u200b\u200c\u200b\u200c\u200bx", "x", (HIDDEN_UNICODE,)),
    ],
)
def test_doubles_and_fillers_are_folded_and_flagged(text: str, seen: str, flags: tuple[str, ...]) -> None:
    assert clean(text) == (seen, flags)
    assert clean(seen)[0] == seen
