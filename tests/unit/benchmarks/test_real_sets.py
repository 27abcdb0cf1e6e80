"""benchmarks/real_sets.py: no set counts unless it was cut in two before the choice."""

import pytest

import real_sets
from jobfit.errors import InputError
from jobfit.records import Document

QUERIES = tuple(Document(f"q{n}", f"query {n}") for n in range(4))
CORPUS = tuple(Document(f"d{n}", f"document {n}") for n in range(4))
GRADES = {f"q{n}": {f"d{n}": 1} for n in range(4)}


def even(key):
    return real_sets.PARTS[int(key[1]) % 2]


def cut(corpus=CORPUS, part_of=even):
    return real_sets.halves("made up", "en", real_sets.World(QUERIES, corpus, GRADES), part_of)


def test_halves_share_no_query_and_no_document():
    choose, report = cut()
    assert [d.id for d in choose.world.corpus] == [q.id.replace("q", "d") for q in choose.world.queries] == ["d0", "d2"]
    assert [d.id for d in report.world.corpus] == ["d1", "d3"]


def test_text_in_both_halves_is_refused():
    with pytest.raises(InputError, match="stand in both halves"):
        cut((*CORPUS[:3], Document("d3", "document 2")))


def test_set_that_is_not_cut_does_not_count():
    with pytest.raises(InputError, match="does not count"):
        cut(part_of=lambda key: "choose")


def test_nothing_is_chosen_on_what_is_reported_nor_the_other_way_round():
    choose, report = cut()
    assert real_sets.chosen_on(choose) is choose.world and real_sets.reported_on(report) is report.world
    for half, use in ((report, real_sets.chosen_on), (choose, real_sets.reported_on)):
        with pytest.raises(InputError, match="this half is kept to"):
            use(half)
