"""TREC folders: the old topic style, own lists, blocks that are broken."""

import pytest

from jobfit.errors import InputError, UnknownIdError
from jobfit.evaluation.datasets.model import DOCUMENTS_FOR_QUERY
from jobfit.evaluation.datasets.trec import read_trec_folder

DOCUMENTS = """<DOC>
<DOCNO> d1 </DOCNO>
<HEADLINE>Nurse</HEADLINE>
<TEXT>
A &amp; E ward
</TEXT>
</DOC>
<DOC><DOCNO>d2</DOCNO><TEXT>welder</TEXT></DOC>
"""
TOPICS = """<top>
<num> Number: 401
<title> night nurse

<desc> Description:
Who cares at night?

<narr> Narrative:
Any.
</top>
"""


def write(folder, documents=DOCUMENTS, topics=TOPICS, **files):
    for name, text in {"documents.trec": documents, "topics.401": topics, "qrels.txt": "401 0 d1 2\n", **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_topics_without_closing_tags_give_title_and_description(tmp_path):
    data = read_trec_folder(write(tmp_path))
    assert data.queries == {"401": "night nurse\nWho cares at night?"}
    assert data.corpus == {"d1": "Nurse\nA & E ward", "d2": "welder"}
    task = data.task(DOCUMENTS_FOR_QUERY)
    assert (task.qrels.grades, task.candidates) == ({"401": {"d1": 2}}, None)


def test_a_run_says_which_documents_a_query_ranks(tmp_path):
    run = {"candidates.test.run": "401 Q0 d2 1 9 x\n401 Q0 d1 2 8 x\n"}
    assert read_trec_folder(write(tmp_path, **run)).tasks[0].candidates == {"401": ("d1", "d2")}


def test_ids_without_a_text_are_counted_and_named(tmp_path):
    with pytest.raises(UnknownIdError, match="1 of 2 documents have no text: 'd9'"):
        read_trec_folder(write(tmp_path, **{"qrels.txt": "401 0 d1 1\n401 0 d9 1\n"}))


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ("<DOC>\n<DOCNO>d1</DOCNO>\n", "never closed"),
        ("<DOC>\n<DOC>\n</DOC>\n", "inside the <doc> of line 1"),
        ("<DOC>\n<TEXT>x</TEXT>\n</DOC>\n", "without <DOCNO>"),
        ("<DOC><DOCNO>d1</DOCNO></DOC>\n<DOC><DOCNO>d1</DOCNO></DOC>\n", ":2: 'd1' occurs twice"),
    ],
)
def test_broken_blocks_are_refused_by_line(documents, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_trec_folder(write(tmp_path, documents))
