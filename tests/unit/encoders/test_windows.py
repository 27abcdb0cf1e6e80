from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from jobfit.encoders.windows import Chunking, Windower, spans
from jobfit.errors import ModelError

CLS, SEP = 1, 2


def tokenizer() -> Tokenizer:
    """Return one token a number: "7" is 7; [CLS] is 1 and [SEP] is 2."""
    words = {"[UNK]": 0, "[CLS]": CLS, "[SEP]": SEP, "a": 3} | {str(number): number for number in range(4, 1000)}
    result = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    result.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    result.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    return result


def cut(text: str, chunking: Chunking, prompt: str = "") -> list[tuple[list[int], int]]:
    return [(window.ids.tolist(), window.new) for window in Windower(tokenizer(), chunking).cut(prompt, text)]


def test_cut_short_text_is_one_window() -> None:
    assert cut("10 11", Chunking(6, 2)) == [([CLS, 10, 11, SEP], 2)]


def test_cut_text_that_just_fits_is_one_window() -> None:
    assert cut("10 11 12 13", Chunking(6, 2)) == [([CLS, 10, 11, 12, 13, SEP], 4)]


def test_cut_long_text_repeats_the_overlap_and_counts_new_tokens() -> None:
    assert cut("10 11 12 13 14 15 16", Chunking(6, 2)) == [
        ([CLS, 10, 11, 12, 13, SEP], 4),
        ([CLS, 12, 13, 14, 15, SEP], 2),
        ([CLS, 14, 15, 16, SEP], 1),
    ]


def test_cut_with_a_prompt_puts_it_at_the_head_of_each_window() -> None:
    assert cut("10 11 12 13", Chunking(6, 1), "99 ") == [
        ([CLS, 99, 10, 11, 12, SEP], 3),
        ([CLS, 99, 12, 13, SEP], 1),
    ]


def test_cut_truncated_reads_the_first_window_only() -> None:
    assert cut("10 11 12 13 14 15 16", Chunking(6, 2, "truncate")) == [([CLS, 10, 11, 12, 13, SEP], 4)]


@pytest.mark.parametrize("space", [" ", "   " * 40, "\n"])
def test_cut_truncated_long_text_gives_the_ids_of_the_whole_text(space: str) -> None:
    """The first cut by characters may leave too few tokens, or find no space: the ids must not show it."""
    numbers = list(range(4, 900))
    text = space.join(map(str, numbers))
    assert cut(text, Chunking(16, 2, "truncate")) == [([CLS, *numbers[:14], SEP], 14)]


def test_cut_text_of_unknown_characters_still_gives_a_window() -> None:
    assert cut("é", Chunking(6, 2)) == [([CLS, 0, SEP], 1)]


def test_cut_prompt_that_fills_the_window_is_refused() -> None:
    with pytest.raises(ModelError, match="prompt of 4 tokens fills the window of 6"):
        cut("10", Chunking(6, 2), "20 21 22 23 ")


@pytest.mark.parametrize(("max_tokens", "overlap"), [(3, 0), (16, 9), (16, -1)])
def test_chunking_that_cannot_advance_is_refused(max_tokens: int, overlap: int) -> None:
    with pytest.raises(ModelError, match="cannot be cut"):
        Chunking(max_tokens, overlap)


@given(length=st.integers(0, 400), room=st.integers(1, 60), data=st.data())
def test_spans_cover_every_token_once_and_fit_the_room(length: int, room: int, data: st.DataObject) -> None:
    overlap = data.draw(st.integers(0, room // 2))
    found = list(spans(length, room, overlap))
    assert found[0][0] == 0 and found[-1][1] == length
    assert all(stop - start <= room for start, stop in found)
    assert all(start == before - overlap for (_, before), (start, _) in pairwise(found))
    assert all(stop > before for (_, before), (_, stop) in pairwise(found))
