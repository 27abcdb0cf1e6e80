"""Skills that a text names: exactly the right span, nothing across clauses, nothing implied."""

from itertools import pairwise

import pytest

from jobfit.taxonomy.linking.evidence import SkillFinder
from jobfit.taxonomy.linking.linker import Linker


@pytest.fixture(scope="module")
def finder(wine):
    return SkillFinder(Linker(wine, "skill"), "en", threshold=0.0)


def found(finder, text):
    return [(s.match.id, s.evidence.start, s.evidence.end) for s in finder.skills_in(text)]


@pytest.mark.parametrize(
    ("text", "quote", "skill"),
    [
        ("I tasted it: wine tasting, mostly.", "wine tasting", "wine"),
        ("Tasting wine is my job", "Tasting wine", "wine"),
        ("taste the best wines of France", "taste the best wines", "wine"),
        ("C++, C and Go", "C++", "c++"),
        ("Servers in Node.js.", "Node.js", "node"),
        ("«Bread-making»", "Bread-making", "bread"),
        ("Œuvre: ＢＲＥＡＤ making", "ＢＲＥＡＤ making", "bread"),
    ],
)
def test_skills_in_quotes_exactly_what_names_the_skill(finder, text, quote, skill):
    start = text.index(quote)
    assert found(finder, text) == [(skill, start, start + len(quote))]
    [one] = finder.skills_in(text)
    assert one.evidence.text == text[one.evidence.start : one.evidence.end] == quote


@pytest.mark.parametrize(
    "text",
    ["", "   ", "the of and", "I love bread. Making money", "wine\ntasting", "bread; a lot of fun making", "sommelier"],
)
def test_skills_in_a_text_that_names_none_is_empty(finder, text):
    assert found(finder, text) == []


def test_skills_in_gives_every_mention_in_order(finder):
    text = "Node.js, C++ and again node.js"
    assert found(finder, text) == [("node", 0, 7), ("c++", 9, 12), ("node", 23, 30)]


def test_skills_in_spans_do_not_overlap(finder):
    spans = found(finder, "wine tasting wine tasting bread making bread")
    assert all(a[2] <= b[1] for a, b in pairwise(spans))
    assert {id_ for id_, *_ in spans} == {"wine", "bread"}


def test_skills_in_reads_french_labels(wine):
    linker = Linker(wine, "skill")
    [one] = SkillFinder(linker, "fr", 0.0).skills_in("Savoir cuire du pain au four")
    assert (one.match.id, one.evidence.text) == ("bread", "cuire du pain")


def test_skills_in_below_the_threshold_is_left_out(wine):
    linker = Linker(wine, "skill")
    [one] = SkillFinder(linker, "en", 0.0).skills_in("wine tasting")
    assert SkillFinder(linker, "en", min(1.0, one.match.score + 1e-9)).skills_in("wine tasting") == []


def test_skills_in_does_not_depend_on_what_stands_elsewhere(finder):
    alone = finder.skills_in("wine tasting")[0].match
    among = next(s for s in finder.skills_in("C++. bread making. wine tasting. Node.js") if s.match.id == "wine")
    assert among.match == alone
