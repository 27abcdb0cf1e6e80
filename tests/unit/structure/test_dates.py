from datetime import date

import pytest

from jobfit.structure.dates import find_ranges, months_covered

TODAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("text", "start", "end", "current"),
    [
        ("03/2019 – 06/2021", "2019-03", "2021-06", False),
        ("March 2019 - Present", "2019-03", "2024-05", True),
        ("mars 2019 à aujourd'hui", "2019-03", "2024-05", True),
        ("2019-03 – 2021-06", "2019-03", "2021-06", False),
        ("2017/04 - 2018/10", "2017-04", "2018-10", False),
        ("2006 – 2012", "2006-07", "2012-06", False),
        ("2016-2016", "2016-06", "2016-06", False),
        ("since 2018", "2018-07", "2024-05", True),
        ("Depuis mars 2018", "2018-03", "2024-05", True),
        ("Summer 2019", "2019-06", "2019-08", False),
        ("Jan'19 – Feb'20", "2019-01", "2020-02", False),
        ("01/02/2019 au 30/06/2020", "2019-02", "2020-06", False),
        ("du 1er mars 2019 au 5 avril 2020", "2019-03", "2020-04", False),
        ("March - June 2019", "2019-03", "2019-06", False),
        ("mai 2019 — juillet 2019", "2019-05", "2019-07", False),
        ("juil. 2019 - août 2019", "2019-07", "2019-08", False),
        ("Sep 2020 - 2021", "2020-09", "2021-06", False),
        ("2021-present", "2021-07", "2024-05", True),
        ("2024 - now", "2024-05", "2024-05", True),
        ("2023 - 2024", "2023-07", "2024-05", False),
        ("February 2017  Present", "2017-02", "2024-05", True),
        ("Apr 2020Jun 2020", "2020-04", "2020-06", False),
        ("2012, November - 2022, February", "2012-11", "2022-02", False),
    ],
)
def test_range_stated_is_read(text: str, start: str, end: str, current: bool) -> None:
    (item,) = find_ranges(f"x {text}.", TODAY)
    assert (item.start, item.end, item.current) == (start, end, current)
    assert f"x {text}."[item.evidence.start : item.evidence.end] == item.evidence.text


@pytest.mark.parametrize(
    "text",
    [
        "June 2019 - Oct 2018",
        "2020 - 2030",
        "03/2024 - 09/2024",
        "since 2031",
        "Summer 2024",
        "2019",
        "March 2019",
        "2010-12",
        "tel. 050-2019-2020",
        "from March 15 to April 20",
        "room 2019a - 2020b",
        "1949 - 1950",
        "",
    ],
)
def test_range_reversed_future_or_lone_is_left_out(text: str) -> None:
    assert find_ranges(text, TODAY) == ()


def test_months_overlap_is_counted_once_and_gaps_are_not() -> None:
    found = find_ranges("01/2019 - 12/2019\n06/2019 - 03/2020\n01/2021 - 02/2021", TODAY)
    ranges = [(item.start, item.end) for item in found]
    assert months_covered(ranges) == 12 + 3 + 2
    assert months_covered(reversed(ranges)) == 17
    assert months_covered(()) == 0


def test_months_of_years_that_meet_do_not_overlap() -> None:
    found = find_ranges("2005 - 2017\n2017 - 2019", TODAY)
    assert months_covered((item.start, item.end) for item in found) == (2019 - 2005) * 12


def test_widest_reading_of_a_year_takes_all_its_months_but_none_after_today() -> None:
    [closed, open_] = find_ranges("2016 - 2018\n2022 - present", TODAY)
    assert closed.widest == ("2016-01", "2018-12")
    assert open_.widest == ("2022-01", "2024-05")
    [exact] = find_ranges("03/2016 - 06/2018", TODAY)
    assert exact.widest == (exact.start, exact.end) == ("2016-03", "2018-06")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2008\t2022 Acme", [("2008-07", "2022-06")]),  # the dash became a tab
        ("Jan 2016\tJun 2017", [("2016-01", "2017-06")]),
        ("Jan 2016 Jun 2017", [("2016-01", "2017-06")]),
        ("20182020 Acme, cook", [("2018-07", "2020-06")]),  # the dash fell out
        ("Office 2016 2019", []),
        ("call 20182020 now", []),
        ("20182020", []),
    ],
)
def test_find_ranges_without_their_dash(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(r.start, r.end) for r in find_ranges(text, date(2024, 5, 1))] == expected
