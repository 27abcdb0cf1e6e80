"""What other programs leave in a text in place of its lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.leftovers import without_leftovers


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("R&amp;D engineer &ndash; 5 years", "R&D engineer – 5 years"),
        ("Chargé d&#39;affaires &#x2022; 5 ans d&rsquo;expérience", "Chargé d'affaires • 5 ans d’expérience"),
        ("Bouygues &amp;amp; fils&nbsp;: ma&ccedil;on", "Bouygues & fils : maçon"),
        ("<p>Nurse</p><p>Leeds</p>", "Nurse\n\nLeeds"),
        ("Infirmière<br>Lyon<BR/>Permis B<br />Anglais", "Infirmière\nLyon\nPermis B\nAnglais"),
        ("&lt;li&gt;Sage&lt;/li&gt;&lt;li&gt;Excel&lt;/li&gt;", "• Sage\n• Excel"),
        (r"Cook\nHull\nKnife skills\tgood", "Cook\nHull\nKnife skills\tgood"),
        (r"Cuisinière\r\nLille\r\nPermis B\r\n", "Cuisinière\nLille\nPermis B"),
    ],
)
def test_a_text_is_read_as_a_person_saw_it(text, seen):
    assert clean(text)[0] == seen


@pytest.mark.parametrize(
    "text",
    [
        "AT&T, Marks & Spencer; Q&A",
        "Wrote pages in HTML: <div>, <p> and <table> by hand" + ", and tested each of them in four browsers" * 30,
        r"Looked after C:\new and D:\temp on forty machines",
        "Knows a < b and b > c",
        "Name\tTown\tYears\nLee\tHull\t2015",
    ],
)
def test_what_is_no_leftover_stays(text):
    assert without_leftovers(text) == (text, ())


def test_what_tags_hide_is_left_out_and_flagged():
    text, flags = clean("Nurse<br>Hull<br><span style='display:none'>Python Java Kubernetes</span><br>Leeds")
    assert "Kubernetes" not in text
    assert any(flag.startswith("hidden_text") for flag in flags)


@given(st.text(alphabet="ab &;ampltgnbsp#39<>/br\\nr\t\n", max_size=200))
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)[0]
    assert clean(once)[0] == once
