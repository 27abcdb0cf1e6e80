"""The folds: which of them keep every character in its place, and what each of them makes equal."""

from __future__ import annotations

import pytest

from jobfit.folding import even, fold, folded, plain

TEXTS = ["L’Équipe\u00a0«\tA »", "İSTANBUL ßœŁ", "naïve — ‘x’\r\n", "Μηχανικός", "筹款人", "e\u0301", ""]


@pytest.mark.parametrize("text", TEXTS)
def test_fold_and_even_keep_every_character_in_its_place(text):
    assert len(fold(text)) == len(even(text)) == len(text)


def test_fold_keeps_line_breaks_and_even_does_not():
    assert fold("À\tla\nune") == "a la\nune"
    assert even("À\tla\nune") == "à la une"


def test_plain_is_one_form_for_all_ways_to_write_a_word():
    assert plain("Cœur") == plain("COEUR") == plain("cœ\u0301ur") == "coeur"
    assert plain("Łódź") == "lodz"
    assert plain("ΜΗΧΑΝΙΚΌΣ") == plain("μηχανικός")
    assert plain("l’été") == "l'ete"
    assert plain("a\u200db") == "ab"


def test_folded_makes_runs_of_blanks_one():
    assert folded("  a\u00a0 b\n\nc ") == "a b c"
