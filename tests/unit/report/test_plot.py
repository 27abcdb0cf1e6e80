from xml.etree import ElementTree

from jobfit.evaluation.statistics import Estimate
from jobfit.report.page import interval_plot

NS = "{http://www.w3.org/2000/svg}"


def drawn(estimates):
    return ElementTree.fromstring(interval_plot("nDCG@10", estimates))


def test_interval_plot_dot_and_whisker_stand_where_the_numbers_say():
    svg = drawn({"bm25": Estimate(0.5, 0.25, 0.75, 9)})
    [dot] = svg.iter("circle")
    [whisker] = [line for line in svg.iter("line") if line.get("class") == "whisker"]
    # The scale runs from 150 (0.0) to 670 (1.0).
    assert float(dot.get("cx")) == 150 + 0.5 * 520
    assert (float(whisker.get("x1")), float(whisker.get("x2"))) == (150 + 0.25 * 520, 150 + 0.75 * 520)


def test_interval_plot_one_query_has_a_dot_and_no_whisker():
    svg = drawn({"bm25": Estimate(0.5, None, None, 1)})
    assert len(list(svg.iter("circle"))) == 1
    assert not [line for line in svg.iter("line") if line.get("class") == "whisker"]


def test_interval_plot_no_value_has_a_row_and_no_dot():
    svg = drawn({"bm25": Estimate(None, None, None, 0)})
    assert not list(svg.iter("circle"))
    assert "bm25" in [text.text for text in svg.iter("text")]


def test_interval_plot_a_name_from_outside_cannot_become_markup():
    assert "<script>" not in interval_plot("<script>", {"<script>": Estimate(0.5, 0.4, 0.6, 2)})
