"""Flags in sentences for people."""

import re
from pathlib import Path

import pytest

import jobfit
from jobfit.caveats import caveats

INGEST = Path(jobfit.__file__).parent / "ingest"
# A flag as the readers write it: "kind:detail", the detail a word or filled in.
WRITTEN = re.compile(r"""["'](hidden_text|unclear_text|unread_text|[a-z_]+(?=:\{))(?::[a-z_]+|:\{)""")


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        ("hidden_text:off_page", "holds text that a reader does not see (off page); it was left out"),
        ("unclear_text:style", "it is not clear whether a reader sees all of its text (style); it was read"),
        ("mislabelled:pdf", "the file is not what its name says; it was read as pdf"),
        ("odd_shape:{x}", "a part of the file has an unusual form and was not understood: {x}"),
        ("of_another_kind", "of another kind"),
    ],
)
def test_flag_becomes_a_sentence_and_stays_the_code(flag, sentence):
    [caveat] = caveats([flag])
    assert (caveat.code, caveat.sentence, caveat.evidence) == (flag, sentence, None)


def test_flags_keep_their_order_and_none_give_none():
    assert [caveat.code for caveat in caveats(["b:1", "a:2"])] == ["b:1", "a:2"]
    assert caveats([]) == ()


def test_every_kind_of_flag_that_a_reader_writes_has_a_sentence():
    kinds = {kind for path in INGEST.rglob("*.py") for kind in WRITTEN.findall(path.read_text(encoding="utf-8"))}
    assert {"hidden_text", "unclear_text", "unread_text", "mislabelled", "encoding", "invalid_date"} <= kinds
    assert [kind for kind in kinds if caveats([f"{kind}:x"])[0].sentence == f"{kind}:x".replace("_", " ")] == []
