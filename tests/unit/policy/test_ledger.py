"""The requirement check: met and missing quote the CV; silence and doubt stay unknown."""

from dataclasses import replace

import pytest

from jobfit.policy.ledger import by_importance, check, ledger
from jobfit.records import (
    CandidateProfile,
    EducationLevel,
    Evidence,
    Experience,
    Importance,
    LanguageLevel,
    LanguageSkill,
    Polarity,
    Requirement,
    RequirementKind,
    Stated,
)
from jobfit.shortlist import LedgerLine, Status


def said(value, text="quoted", polarity=Polarity.HAS):
    return Stated(value, Evidence(text, 0, len(text)), polarity)


def must(kind, value="", minimum=None):
    return Requirement(f"{kind}:{value}", RequirementKind(kind), "label", value, Importance.MUST, minimum)


def worked(title, start, end):
    return Experience(said(title), start, end, False, Evidence("quote", 0, 5))


def status(requirement, **profile):
    line = check(requirement, CandidateProfile(**profile))
    assert line.evidence is not None or line.status is Status.UNKNOWN
    return line.status


@pytest.mark.parametrize("kind", list(RequirementKind))
def test_check_empty_profile_is_unknown_for_every_kind(kind):
    assert status(must(kind, "x", 5)) is Status.UNKNOWN


def test_check_skill_not_mentioned_is_unknown_never_missing():
    assert status(must("skill", "java"), skills=(said("python"),)) is Status.UNKNOWN
    assert status(must("skill", "java"), skills=(said("java"),)) is Status.MET


@pytest.mark.parametrize(
    ("end", "widest", "explained", "expected"),
    [
        ("2021-12", "2021-12", True, Status.MET),
        ("2021-12", "2021-12", False, Status.MET),
        ("2021-06", "2021-12", True, Status.UNKNOWN),  # dates that name only a year may allow the months that lack
        ("2021-11", "2021-11", True, Status.MISSING),
        ("2021-11", "2021-11", False, Status.UNKNOWN),  # an undated position may hold the month that lacks
    ],
)
def test_check_experience_needs_an_upper_bound_to_be_missing(end, widest, explained, expected):
    held = replace(worked("Cook", "2019-01", end), widest=("2019-01", widest))
    asked = must("experience", "", 36)
    assert status(asked, experiences=(held,), dates_explained=explained) is expected


def test_check_experience_in_a_skill_needs_positions_that_name_it():
    cook, short = worked("Cook", "2010-01", "2021-12"), worked("Cook", "2019-01", "2020-06")
    in_java = must("experience", "java", 36)
    java = (said("java", "Java"),)
    developer, script = (worked(title, "2019-01", "2021-12") for title in ("Java Developer", "JavaScript Tester"))
    assert status(in_java, skills=java, experiences=(developer,)) is Status.MET
    assert status(in_java, skills=java, experiences=(script,)) is Status.UNKNOWN
    assert status(in_java, skills=java, experiences=(cook,)) is Status.UNKNOWN  # "familiar with Java"
    assert status(in_java, experiences=(cook,)) is Status.UNKNOWN
    assert status(in_java, skills=java, experiences=(short,), dates_explained=True) is Status.MISSING
    assert status(in_java, skills=java) is Status.UNKNOWN


def test_check_experience_in_an_occupation_counts_its_months_with_overlaps_once():
    def position(start, end):
        return Experience(said("Nurse"), start, end, False, Evidence("n", 0, 1), "nurse")

    # 2020-01..2020-12 and 2020-07..2021-06 cover 18 months, not 24.
    positions = (position("2020-01", "2020-12"), position("2020-07", "2021-06"))
    assert status(must("experience", "nurse", 18), experiences=positions) is Status.MET
    assert status(must("experience", "nurse", 19), experiences=positions) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (EducationLevel.MASTER, Status.MET),
        (EducationLevel.BACHELOR, Status.MET),
        (EducationLevel.SHORT_CYCLE, Status.MISSING),
    ],
)
def test_check_education_compares_the_highest_level(stated, expected):
    assert status(must("education", "", int(EducationLevel.BACHELOR)), education=said(stated)) is expected


@pytest.mark.parametrize(
    ("spoken", "minimum", "expected"),
    [
        ([("de", LanguageLevel.B2)], LanguageLevel.B2, Status.MET),
        ([("de", LanguageLevel.A2)], LanguageLevel.B2, Status.MISSING),
        ([("de", None)], LanguageLevel.B2, Status.UNKNOWN),
        ([("de", None)], None, Status.MET),
        ([("en", LanguageLevel.C1)], LanguageLevel.B2, Status.UNKNOWN),
        ([("de", LanguageLevel.A2), ("de", LanguageLevel.C1)], LanguageLevel.B2, Status.MET),
        ([("de", LanguageLevel.A2), ("de", None)], LanguageLevel.B2, Status.UNKNOWN),
    ],
)
def test_check_language_compares_levels_only_where_stated(spoken, minimum, expected):
    languages = tuple(said(LanguageSkill(code, level)) for code, level in spoken)
    assert status(must("language", "de", minimum and int(minimum)), languages=languages) is expected


def test_check_licence_of_a_lorry_includes_the_car_and_not_the_reverse():
    assert status(must("licence", "B"), licences=(said("CE"),)) is Status.MET
    assert status(must("licence", "CE"), licences=(said("B"),)) is Status.UNKNOWN
    assert status(must("licence", "AM"), licences=(said("D"),)) is Status.MET
    assert status(must("licence", "A1"), licences=(said("A"),)) is Status.MET
    assert status(must("licence", "A2"), licences=(said("CE"),)) is Status.UNKNOWN


@pytest.mark.parametrize(
    ("home", "wishes", "expected"),
    [
        ("paris", [], Status.MET),
        ("lyon", [], Status.UNKNOWN),  # a home elsewhere is no refusal to move
        ("lyon", ["lille"], Status.MISSING),
        ("lyon", ["lille", "paris"], Status.MET),
        ("paris", ["lille"], Status.MET),
        (None, ["ile de france"], Status.UNKNOWN),  # a region may hold the town
        (None, ["sceaux"], Status.UNKNOWN),  # a small town may be near
        (None, ["lille", "france"], Status.UNKNOWN),
    ],
)
def test_check_location_is_missing_only_when_all_wishes_are_surely_elsewhere(home, wishes, expected):
    profile = {"location": said(home) if home else None, "wished_locations": tuple(map(said, wishes))}
    assert status(must("location", "paris"), **profile) is expected


def test_check_location_with_several_places_needs_one_of_them():
    assert status(must("location", "paris|lyon"), wished_locations=(said("lyon"),)) is Status.MET
    assert status(must("location", "paris|lyon"), wished_locations=(said("lille"),)) is Status.MISSING


@pytest.mark.parametrize(
    ("wishes", "asked", "expected"),
    [
        (["permanent"], "permanent", Status.MET),
        (["permanent"], "internship", Status.MISSING),
        (["permanent", "internship"], "internship", Status.MET),
        (["part_time"], "internship", Status.UNKNOWN),
        (["remote"], "on_site", Status.MISSING),
        (["hybrid"], "on_site", Status.UNKNOWN),
        (["permanent"], "night_shift", Status.UNKNOWN),
    ],
)
def test_check_condition_is_missing_only_within_its_family(wishes, asked, expected):
    assert status(must("condition", asked), conditions=tuple(map(said, wishes))) is expected


def test_check_literal_words_quotes_whole_words_of_the_text():
    asked = Requirement("text:sage 100", RequirementKind.SKILL, "Sage 100", "text:sage 100", Importance.MUST)
    line = check(asked, CandidateProfile(), "Comptable : SAGE  100, Excel")
    assert (line.evidence.text, line.evidence.start) == ("SAGE  100", 12)
    assert check(asked, CandidateProfile(), "Sage 1000").status is Status.UNKNOWN
    assert check(asked, CandidateProfile()).status is Status.UNKNOWN


def test_ledger_keeps_the_order_and_each_line_is_independent_of_it():
    requirements = [must("skill", "java"), must("education", "", 6), must("language", "de", 4)]
    profile = CandidateProfile(skills=(said("java"),), education=said(EducationLevel.UPPER_SECONDARY))
    forward, backward = ledger(requirements, profile), ledger(requirements[::-1], profile)
    assert [line.status for line in forward] == [Status.MET, Status.MISSING, Status.UNKNOWN]
    assert forward == backward[::-1]
    assert ledger([], profile) == ()


HAS, NOT, WANTS = Polarity


def test_check_skill_that_is_denied_is_missing_and_one_that_is_wished_unknown_both_with_the_quote():
    profile = CandidateProfile(
        skills=(said("java"),),
        disclaimed=(said("rust", "Rust", WANTS), said("php", "PHP", NOT), said("scala", "Scala", WANTS)),
    )
    for skill, expected, quoted in (
        ("java", Status.MET, "quoted"),
        ("php", Status.MISSING, "PHP"),
        ("rust", Status.UNKNOWN, "Rust"),
        ("scala", Status.UNKNOWN, "Scala"),
        ("cobol", Status.UNKNOWN, None),
    ):
        line = check(must("skill", skill), profile)
        assert (line.status, line.evidence and line.evidence.text) == (expected, quoted)


def test_check_skill_that_is_claimed_and_denied_is_met():
    assert status(must("skill", "php"), skills=(said("php"),), disclaimed=(said("php", "no", NOT),)) is Status.MET


@pytest.mark.parametrize(
    ("kind", "field", "asked", "held", "expected"),
    [
        ("certificate", "certificates", "cissp", [("cissp", HAS)], Status.MET),
        ("certificate", "certificates", "cissp", [("cissp", NOT)], Status.MISSING),
        ("certificate", "certificates", "cissp", [("cissp", WANTS)], Status.UNKNOWN),
        ("certificate", "certificates", "cissp", [("pmp", HAS)], Status.UNKNOWN),
        ("certificate", "certificates", "cissp", [("cissp", WANTS), ("cissp", HAS)], Status.MET),
        ("clearance", "clearances", "uk:sc", [("uk:sc", HAS)], Status.MET),
        ("clearance", "clearances", "uk:sc", [("uk:dv", HAS)], Status.MET),
        ("clearance", "clearances", "uk:dv", [("uk:sc", HAS)], Status.UNKNOWN),
        ("clearance", "clearances", "uk:dv", [("uk:sc", NOT)], Status.MISSING),
        ("clearance", "clearances", "uk:sc", [("uk:dv", NOT)], Status.UNKNOWN),
        ("clearance", "clearances", "us:secret", [("uk:sc", HAS)], Status.UNKNOWN),
        ("clearance", "clearances", "xx:odd", [("xx:odd", NOT)], Status.MISSING),
        ("permit", "permits", "FR", [("FR", HAS)], Status.MET),
        ("permit", "permits", "FR", [("EU", HAS)], Status.MET),
        ("permit", "permits", "GB", [("EU", HAS)], Status.UNKNOWN),
        ("permit", "permits", "EU", [("FR", HAS)], Status.UNKNOWN),
        ("permit", "permits", "FR", [("EU", NOT)], Status.MISSING),
        ("permit", "permits", "EU", [("FR", NOT)], Status.UNKNOWN),
        ("permit", "permits", "US", [("US", NOT)], Status.MISSING),
        ("permit", "permits", "US", [("GB", HAS)], Status.UNKNOWN),
    ],
)
def test_check_papers(kind, field, asked, held, expected):
    items = tuple(said(value, f"{value} {n}", polarity) for n, (value, polarity) in enumerate(held))
    assert status(must(kind, asked), **{field: items}) is expected


def test_check_level_in_progress_leaves_a_diploma_open():
    master = must("education", "", int(EducationLevel.MASTER))
    profile = CandidateProfile(
        education=said(EducationLevel.BACHELOR, "BSc"), studying=said(EducationLevel.MASTER, "MSc, expected 2027")
    )
    line = check(master, profile)
    assert (line.status, line.evidence.text) == (Status.UNKNOWN, "MSc, expected 2027")
    assert status(master, education=said(EducationLevel.BACHELOR)) is Status.MISSING


@pytest.mark.parametrize(
    ("title", "where", "status"),
    [
        ("Kitchen porter, Grand Hotel", "hotel kitchen", Status.MET),
        ("Software developer", "software development", Status.MET),
        ("Vendeuse en boulangerie", "boulangerie", Status.MET),
        ("Kitchen porter", "hotel kitchen", Status.UNKNOWN),
        ("Accountant", "a hotel kitchen", Status.UNKNOWN),
    ],
)
def test_check_experience_in_a_field_is_met_by_titles_that_name_it(title: str, where: str, status: Status) -> None:
    evidence = Evidence(title, 0, len(title))
    position = Experience(Stated(title, evidence), "2015-01", "2024-12", False, evidence)
    profile = CandidateProfile(experiences=(position,))
    asked = Requirement(f"experience:{where}", RequirementKind.EXPERIENCE, where, "", Importance.MUST, 36, where=where)
    assert check(asked, profile).status is status


def test_ledger_experience_up_to_a_maximum_asks_for_nothing() -> None:
    asked = Requirement("experience", RequirementKind.EXPERIENCE, "up to 2 years", "", Importance.NICE, maximum=24)
    assert ledger((asked,), CandidateProfile()) == ()


@pytest.mark.parametrize(
    ("text", "expected", "quoted"),
    [
        ("Worked with Sage 100 for years.", Status.MET, "Sage 100"),
        ("I have never used Sage 100.", Status.MISSING, "Sage 100"),
        ("Je ne connais pas Sage 100.", Status.MISSING, "Sage 100"),
        ("Currently learning Sage 100.", Status.UNKNOWN, "Sage 100"),
        ("J'apprends Sage 100.", Status.UNKNOWN, "Sage 100"),
        (
            "I have never used Sage 100. That was in 2010.\nSince then I worked with Sage  100 daily.",
            Status.MET,
            "Sage  100",
        ),
        ("Sage and 100 others", Status.UNKNOWN, None),
    ],
)
def test_check_literal_words_are_read_with_their_polarity(text, expected, quoted):
    line = check(must("skill", "text:sage 100"), CandidateProfile(), text)
    assert (line.status, line.evidence and line.evidence.text) == (expected, quoted)


def test_position_without_a_title_counts_in_all_and_in_no_field():
    held = replace(worked("Cook", "2010-01", "2021-12"), title=None)
    java = (said("java", "Java"),)
    assert status(must("experience", "", 36), experiences=(held,)) is Status.MET
    assert status(must("experience", "java", 36), skills=java, experiences=(held,)) is Status.UNKNOWN


def test_by_importance_begins_with_the_must_haves_that_are_missing_and_ends_with_silence():
    quote = Evidence("quote", 0, 5)
    wanted = [
        (importance, status, evidence)
        for importance, statuses in (
            (Importance.MUST, (Status.MISSING, Status.UNKNOWN, Status.MET)),
            (Importance.NICE, (Status.MET, Status.MISSING, Status.UNKNOWN)),
        )
        for status in statuses
        for evidence in ((quote, None) if status is Status.UNKNOWN else (quote,))
    ]
    lines = [
        LedgerLine(replace(must("skill", str(n)), importance=importance), status, evidence)
        for importance, status, evidence in wanted
        for n in (0, 1)
    ]
    assert by_importance([*lines[-2::-2], *lines[::-2]]) == tuple(lines)
    assert by_importance([]) == ()


@pytest.mark.parametrize(
    ("text", "status"),
    [("Soins en pédiatrie", Status.UNKNOWN), ("Norme EN 9606", Status.MET), ("je connais EN et ISO", Status.MET)],
)
def test_a_short_abbreviation_is_found_in_capitals_only(text, status):
    asked = Requirement("text:en", RequirementKind.SKILL, "EN", "text:en", Importance.NICE)
    assert check(asked, CandidateProfile(), text).status is status
