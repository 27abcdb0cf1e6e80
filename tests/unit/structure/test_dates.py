import pytest

from jobfit.structure.dates import find_ranges


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("03/2019 – 06/2021", "2019-03", "2021-06"),
        ("March 2019 - Present", "2019-03", None),
        ("mars 2019 à aujourd'hui", "2019-03", None),
        ("2019-03 – 2021-06", "2019-03", "2021-06"),
        ("2017/04 - 2018/10", "2017-04", "2018-10"),
        ("2006 – 2012", "2006", "2012"),
        ("2016-2016", "2016", "2016"),
        ("since 2018", "2018", None),
        ("Depuis mars 2018", "2018-03", None),
        ("depuis le 1er mars 2018", "2018-03", None),
        ("Since JUNE 2014 to MAY 2015", "2014-06", "2015-05"),
        ("Since MAY 2018 to TILL DATE", "2018-05", None),
        ("Duration: From 01/2016 to 03/2017", "2016-01", "2017-03"),
        ("à compter de mars 2018", "2018-03", None),
        ("Summer 2019", "2019-06", "2019-08"),
        ("Jan'19 – Feb'20", "2019-01", "2020-02"),
        ("01/02/2019 au 30/06/2020", "2019-02", "2020-06"),
        ("03/25/2019 - 05/06/2020", "2019-03", "2020-05"),  # the month first
        ("25.03.2019 – 06.05.2020", "2019-03", "2020-05"),
        ("du 1er mars 2019 au 5 avril 2020", "2019-03", "2020-04"),
        ("du 3 mars au 5 juin 2019", "2019-03", "2019-06"),
        ("March 14, 2019 - June 3, 2021", "2019-03", "2021-06"),
        ("14 March 2019 - 3 June 2021", "2019-03", "2021-06"),
        ("March - June 2019", "2019-03", "2019-06"),
        ("de mars à juin 2019", "2019-03", "2019-06"),
        ("janv.-mars 2019", "2019-01", "2019-03"),
        ("mai 2019 — juillet 2019", "2019-05", "2019-07"),
        ("juil. 2019 - août 2019", "2019-07", "2019-08"),
        ("Févr. 2015 - Déc. 2017", "2015-02", "2017-12"),
        ("Sep 2020 - 2021", "2020-09", "2021"),
        ("2021-present", "2021", None),
        ("2024 - now", "2024", None),
        ("2016 to date", "2016", None),
        ("Oct 2017- Till Date", "2017-10", None),
        ("May 2018 - TILL NOW", "2018-05", None),
        ("2019 up to the present day", "2019", None),
        ("2019 – on-going", "2019", None),
        ("mars 2019 – à ce jour", "2019-03", None),
        ("2019 - en cours", "2019", None),
        ("février 2012 jusqu'à présent", "2012-02", None),
        ("2019 à l'heure actuelle", "2019", None),
        ("(Mar 2016 - Sept 2017)", "2016-03", "2017-09"),
        ("2004/ 2013", "2004", "2013"),
        ("2018/2019", "2018", "2019"),
        ("2018-19", "2018", "2019"),
        ("2014 through 2016", "2014", "2016"),
        ("2014 ~ 2016", "2014", "2016"),
        ("Q1 2019 - Q3 2020", "2019-01", "2020-09"),
        ("2019 Q1 – 2020 Q2", "2019-01", "2020-06"),
        ("T2 2019 à T4 2019", "2019-04", "2019-12"),
        ("début 2019 - fin 2020", "2019-01", "2020-12"),
        ("mid-2019 to late 2020", "2019-05", "2020-12"),
        ("February 2017  Present", "2017-02", None),
        ("Apr 2020Jun 2020", "2020-04", "2020-06"),
        ("2012, November - 2022, February", "2012-11", "2022-02"),
        ("2019/20", "2019", "2020"),
        ("06/2019 - 2019", "2019-06", "2019"),
        ("2019 – 03/2019", "2019", "2019-03"),
        ("depuis 2018", "2018", None),
        ("été 2019", "2019-06", "2019-08"),
        ("Spring 2018 – Autumn 2019", "2018-03", "2019-11"),
        ("winter 2018/19", "2018-12", "2019-03"),
        ("Winter 2018-2019", "2018-12", "2019-03"),
        ("hiver 2018/2019", "2018-12", "2019-03"),
        ("2020 - 2030", "2020", "2030"),  # an end in the future is kept
        ("March 2024 - expected June 2027", "2024-03", "2027-06"),
        ("mars 2024 – prévu juin 2027", "2024-03", "2027-06"),
    ],
)
def test_range_stated_is_read(text: str, start: str, end: str | None) -> None:
    (item,) = find_ranges(f"x {text}.")
    assert (item.start, item.end, item.current, item.sure) == (start, end, end is None, True)
    assert f"x {text}."[item.evidence.start : item.evidence.end] == item.evidence.text


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("03/14 - 12/21", "2014-03", "2021-12"),
        ("Mar 14 - Dec 21", "2014-03", "2021-12"),
        ("Mar-14 to Dec-21", "2014-03", "2021-12"),
        ("janv. 98 – mars 02", "1998-01", "2002-03"),
        ("'14 - '21", "2014", "2021"),
        ("’14 – now", "2014", None),
        ("from March 15 to April 20", "2015-03", "2020-04"),
        ("01 - 06/2019", "2019-01", "2019-06"),
        ("2013/---", "2013", None),
        ("2019→", "2019", None),
        ("2019→ Head Chef", "2019", None),
        ("2013-", "2013", None),
        ("joined from 1st Jan 2018.", "2018-01", None),
        ("Embauchée en mars 2018", "2018-03", None),
        ("05/2019 – ...", "2019-05", None),
        ("[03/2019 - ]", "2019-03", None),
    ],
)
def test_range_that_may_be_something_else_is_not_sure(text: str, start: str, end: str | None) -> None:
    (item,) = find_ranges(text)
    assert (item.start, item.end, item.sure) == (start, end, False)


@pytest.mark.parametrize(
    "text",
    [
        "June 2019 - Oct 2018",
        "1950 - 2049",
        "2019",
        "March 2019",
        "2010-12",
        "tel. 050-2019-2020",
        "+33 6 12 20 14 21 18",
        "75011 2019-2020",
        "13/2019 - 14/2020",
        "08:30 - 17:30",
        "room 2019a - 2020b",
        "1949 - 1950",
        "2015 - date of birth",
        "from June 2014 on we sold",
        "99/99 - 98/98",
        "2019 - 2018",
        "2020 - 03/2019",
        "winter 2018/24",
        "",
    ],
)
def test_range_reversed_impossible_or_lone_is_left_out(text: str) -> None:
    assert find_ranges(text) == ()


def test_range_goes_on_in_the_next_line_after_a_dash() -> None:
    assert [(r.start, r.end) for r in find_ranges("2013 -\n2015\nAcme 2016 -\n")] == [
        ("2013", "2015"),
        ("2016", None),
    ]


@pytest.mark.parametrize(
    ("text", "widest"),
    [
        ("2016 - 2018", ("2016-01", "2018-12")),
        ("2022 - present", ("2022-01", None)),
        ("03/2016 - 06/2018", ("2016-03", "2018-06")),
        ("04/02/2016 - 06/07/2018", ("2016-02", "2018-07")),  # day or month first: nobody can tell
        ("13/02/2016 - 06/07/2018", ("2016-02", "2018-07")),
    ],
)
def test_widest_reading_takes_all_months_that_the_words_allow(text: str, widest: tuple[str, str | None]) -> None:
    [found] = find_ranges(text)
    assert found.widest == widest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2008\t2022 Acme", [("2008", "2022")]),  # the dash became a tab
        ("Jan 2016\tJun 2017", [("2016-01", "2017-06")]),
        ("Jan 2016 Jun 2017", [("2016-01", "2017-06")]),
        ("20182020 Acme, cook", [("2018", "2020")]),  # the dash fell out
        ("Office 2016 2019", []),
        ("call 20182020 now", []),
        ("20182020", []),
    ],
)
def test_find_ranges_without_their_dash(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(r.start, r.end) for r in find_ranges(text)] == expected
