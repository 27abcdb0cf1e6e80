"""Caveats: flags in sentences for people, copies of the advert, repetition; and their silence on real texts."""

import json
import re
from pathlib import Path

import pytest

import jobfit
from jobfit.caveats import caveats, pair_caveats
from jobfit.records import Candidate, Source, Vacancy

INGEST = Path(jobfit.__file__).parent / "ingest"
# A flag as the readers write it: "kind:detail", the detail a word or filled in.
WRITTEN = re.compile(r"""["'](hidden_text|unclear_text|unread_text|[a-z_]+(?=:\{))(?::[a-z_]+|:\{)""")


ADVERT = (
    "We look for a nurse who plans the care of our patients on the surgical ward, gives medication and writes the "
    "handover of every shift together with the doctors of the house. You have a diploma, speak English and like to "
    "teach those who are new."
)
OWN = "Eight years on a ward. I cared for adults after operations and taught the students of the school."


def cv(text="any text", flags=()):
    return Candidate("c", text, "en", Source("c.txt", "text", ""), flags=tuple(flags))


def vacancy(text):
    return Vacancy("v", text, "en", Source("v.txt", "text", ""))


def codes(found):
    return [caveat.code for caveat in found]


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
    [caveat] = caveats(cv(flags=[flag]))
    assert (caveat.code, caveat.sentence, caveat.evidence) == (flag, sentence, None)


def test_flags_keep_their_order_and_none_give_none():
    assert codes(caveats(cv(flags=["b:1", "a:2"]))) == ["b:1", "a:2"]
    assert caveats(cv()) == ()


def test_every_kind_of_flag_that_a_reader_writes_has_a_sentence():
    kinds = {kind for path in INGEST.rglob("*.py") for kind in WRITTEN.findall(path.read_text(encoding="utf-8"))}
    assert {"hidden_text", "unclear_text", "unread_text", "mislabelled", "encoding", "invalid_date"} <= kinds
    assert [
        kind for kind in kinds if caveats(cv(flags=[f"{kind}:x"]))[0].sentence == f"{kind}:x".replace("_", " ")
    ] == []


def test_advert_pasted_into_a_cv_is_told_beside_the_flags_of_the_file():
    pasted = cv(f"{OWN}\n{ADVERT.upper().replace(',', ' -')}", flags=["hidden_text:white"])
    said = "51 of its 64 words are the advert's, in its order or nearly so"
    for found in (pair_caveats(vacancy(ADVERT), pasted), pair_caveats(pasted, vacancy(ADVERT))):
        assert (found[-1].code, found[-1].sentence) == ("copied_advert", said)
    assert codes(pair_caveats(vacancy(ADVERT), pasted)) == ["hidden_text:white", "copied_advert"]
    assert codes(pair_caveats(pasted, vacancy(ADVERT))) == ["copied_advert"]
    assert pair_caveats(vacancy(ADVERT), cv(OWN)) == ()


def test_whether_it_counts_is_said_where_it_was_taken_off():
    pasted = cv(f"{OWN}\n{ADVERT}", flags=["hidden_text:white"])
    of_file, copied = pair_caveats(vacancy(ADVERT), pasted, damped=True)
    assert copied.sentence.endswith("nearly so; they do not count for its place")
    assert "count" not in of_file.sentence


def test_list_of_skills_said_a_hundred_times_is_told_and_a_cv_is_not():
    assert codes(caveats(cv("Python, Java, SQL, Docker, Kubernetes. " * 100))) == ["repeated_text"]
    assert caveats(cv("Python, Java, SQL, Docker, Kubernetes. " * 5)) == ()
    assert caveats(vacancy("Python, Java, SQL, Docker, Kubernetes. " * 100)) == ()


def test_real_cvs_and_adverts_have_neither_copies_nor_repetition(shared_data):
    folder = shared_data / "it-resumes" / "candidates_for_vacancy"
    cvs, adverts = (
        [
            json.loads(line)["text"]
            for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[::step]
        ]
        for name, step in (("corpus", 4), ("queries", 8))
    )
    assert len(cvs) > 40 and len(adverts) > 25
    assert [codes(caveats(cv(text))) for text in cvs if caveats(cv(text))] == []
    assert sum(bool(pair_caveats(vacancy(advert), cv(text))) for text in cvs for advert in adverts) == 0
    # Pasted once, each of these adverts that has the words is told.
    long = [advert for advert in adverts if len(advert.split()) >= 55]
    assert all(pair_caveats(vacancy(advert), cv(f"{cvs[0]}\n{advert}")) for advert in long)
