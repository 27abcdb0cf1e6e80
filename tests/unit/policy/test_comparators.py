"""Comparators: a score from 0 to 1, met, missing or unknown, and what is hard; for every kind, on both sides."""

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jobfit.errors import InputError
from jobfit.policy.comparators import OF_CANDIDATES, OF_VACANCIES, hold
from jobfit.policy.ledger import compare, wish_lines
from jobfit.policy.places import kilometres
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import (
    CandidateProfile,
    EducationLevel,
    Evidence,
    Experience,
    Filler,
    Importance,
    LanguageLevel,
    LanguageSkill,
    Layer,
    Period,
    Polarity,
    Requirement,
    RequirementKind,
    Salary,
    Stated,
    VacancyProfile,
    layer_of,
)
from jobfit.shortlist import LedgerLine, Status
from jobfit.training.expert_features import schema_features

TODAY = date(2026, 1, 1)
MET, MISSING, UNKNOWN = Status.MET, Status.MISSING, Status.UNKNOWN


def said(value, sure=True, polarity=Polarity.HAS):
    return Stated(value, Evidence(f"says {value}", 0, 5 + len(str(value))), polarity, sure)


def asks(kind, value="", minimum=None, maximum=None):
    kind = RequirementKind(kind)
    return Requirement(str(kind), kind, str(kind), value, Importance.MUST, minimum, maximum=maximum)


def worked(months, explained=True, **others):
    """As a cook; ``beside`` is the occupation of a second position, ``None`` for a title that nobody knows."""
    end = f"{2015 + (months - 1) // 12}-{(months - 1) % 12 + 1:02}"
    held = Experience(said("Cook"), "2015-01", end, False, said("dates").evidence, "cook", ("2015-01", end))
    also = tuple(replace(held, occupation=occupation) for occupation in others.values())
    return {"experiences": (held, *also), "dates_explained": explained}


def paid(minimum, maximum, currency="EUR", period=Period.YEAR, sure=True):
    return {"salary": said(Salary(minimum, maximum, currency, period), sure)}


def spoken(level, sure=True):
    return {"languages": (said(LanguageSkill("de", level), sure),)}


B1, B2, C1 = LanguageLevel.B1, LanguageLevel.B2, LanguageLevel.C1
BACHELOR, MASTER = EducationLevel.BACHELOR, EducationLevel.MASTER
REMOTE = (said("remote"),)
YORK = "york, united kingdom"
NEAR = math.exp(-((kilometres("leeds", YORK) / 30) ** 2) / 2)
FAR = math.exp(-((kilometres("lyon", "paris") / 30) ** 2) / 2)


@pytest.mark.parametrize(
    ("requirement", "profile", "status", "score", "hard"),
    [
        (asks("skill", "sql"), {"skills": (said("sql"),)}, MET, 1, False),
        (asks("skill", "sql"), {}, UNKNOWN, None, False),
        (asks("skill", "sql"), {"disclaimed": (said("sql", True, Polarity.HAS_NOT),)}, MISSING, 0, True),
        (asks("skill", "sql"), {"disclaimed": (said("sql", False, Polarity.HAS_NOT),)}, MISSING, 0, False),
        (asks("language", "de", B2), spoken(C1), MET, 1, False),
        (asks("language", "de", B2), spoken(B1), MISSING, 5 / 6, True),
        (asks("language", "de", B2), spoken(B1, sure=False), MISSING, 5 / 6, False),
        (asks("language", "de", B2), spoken(None), UNKNOWN, None, False),
        (asks("education", "", MASTER), {"education": said(MASTER)}, MET, 1, False),
        (asks("education", "", MASTER), {"education": said(BACHELOR)}, MISSING, 4 / 5, True),
        (asks("education", "", MASTER), {"education": said(BACHELOR, False)}, MISSING, 4 / 5, False),
        (asks("education", "", MASTER), {"education": said(BACHELOR), "studying": said(MASTER)}, UNKNOWN, 4 / 5, False),
        (asks("experience", "", 60), worked(60), MET, 1, False),
        (asks("experience", "", 60), worked(24), MISSING, 24 / 60, True),
        (asks("experience", "", 60), worked(24, explained=False), UNKNOWN, 24 / 60, False),
        (asks("experience", "java", 60), worked(24), MISSING, 24 / 60, True),
        (asks("experience", "java", 60), worked(24, explained=False), UNKNOWN, None, False),
        (asks("experience", "java", 12), worked(24), UNKNOWN, None, False),
        (asks("condition", "permanent"), {"conditions": (said("freelance"),)}, MISSING, 0, True),
        (asks("condition", "permanent"), {"conditions": (said("freelance", False),)}, MISSING, 0, False),
        (asks("location", "paris"), {"wished_locations": (said("lyon"),)}, MISSING, 0, True),
        (asks("location", "paris"), {"location": said("lyon")}, UNKNOWN, None, False),
        (asks("permit", "FR"), {"permits": (said("EU", True, Polarity.HAS_NOT),)}, MISSING, 0, True),
        (asks("pay", "EUR", maximum=50_000), paid(40_000, 60_000), MET, 1, False),
        (asks("pay", "EUR", maximum=50_000), paid(60_000, 80_000), MISSING, 5 / 6, True),
        (asks("pay", "EUR", maximum=50_000), paid(60_000, 80_000, sure=False), MISSING, 5 / 6, False),
        (asks("pay", "EUR", maximum=50_000), paid(60_000, 80_000, "USD"), UNKNOWN, None, False),
        (asks("pay", "EUR", maximum=50_000), paid(None, 50, period=Period.HOUR), MISSING, 50_000 / 86_000, False),
        (asks("pay", "EUR", maximum=50_000), {}, UNKNOWN, None, False),
        (asks("distance", YORK), {"location": said(YORK)}, MET, 1, False),
        (asks("distance", YORK), {"location": said("leeds")}, UNKNOWN, NEAR, False),
        (asks("distance", YORK), {"location": said("leeds"), "wished_locations": (said(YORK),)}, MET, 1, False),
        (asks("distance", YORK), {"location": said("england")}, UNKNOWN, None, False),
        (asks("occupation", "cook"), worked(24), MET, 1, False),
        (asks("occupation", "waiter"), worked(24), UNKNOWN, 0.5, False),
        (asks("occupation", "software-developer"), worked(24), UNKNOWN, 0, False),
        (asks("occupation", "software-developer"), worked(24, beside=None), UNKNOWN, None, False),
        (asks("occupation", "waiter"), worked(24, beside=None), UNKNOWN, 0.5, False),
        (asks("occupation", "software-developer"), worked(24, beside="baker"), UNKNOWN, 0, False),
        (asks("occupation", "http://of.another/taxonomy"), worked(24), UNKNOWN, None, False),
        (asks("occupation", "waiter"), {}, UNKNOWN, None, False),
        (asks("start", "2026-03-01"), {"notice": said(30)}, MET, 1, False),
        (asks("start", "2026-03-01"), {"notice": said(90)}, MISSING, 0, False),  # a notice can be negotiated
        (asks("start", "2026-04-01"), {"notice": said(90)}, UNKNOWN, None, False),  # three months are 89 to 92 days
        (asks("start", "2026-04-01"), {"notice": said(84)}, MET, 1, False),
        (asks("start", "2026-04"), {"notice": said(90)}, MET, 1, False),  # any day of the month
        (asks("start", "2026-01-15"), {"notice": said(14)}, MET, 1, False),
        (asks("start", "2026-01-15"), {"notice": said(15)}, MISSING, 0, False),
        (asks("start", "2026-01-15"), {"notice": said(15, False)}, UNKNOWN, None, False),  # "15-30 days"
        (asks("start", "now"), {"notice": said(0)}, MET, 1, False),
        (asks("start", "now"), {"notice": said(30)}, UNKNOWN, None, False),  # as soon as possible is no day
        (asks("start", "2025-12-31"), {"notice": said(0)}, UNKNOWN, None, False),  # it has passed
        (asks("start", "2026-01-01"), {"notice": said(0)}, MET, 1, False),
        (asks("start", "2028-02"), {}, UNKNOWN, None, False),
    ],
)
def test_what_is_asked_of_a_candidate(requirement, profile, status, score, hard):
    line = hold(requirement, CandidateProfile(**profile), TODAY)
    assert (line.status, line.score, line.hard) == (status, score and pytest.approx(score), hard)


@pytest.mark.parametrize(
    ("requirement", "profile", "status", "score", "hard"),
    [
        (asks("location", "lyon"), {"location": said("lyon")}, MET, 1, False),
        (asks("location", "lyon"), {"location": said("paris")}, MISSING, 0, True),
        (asks("location", "lyon"), {"location": said("paris", False)}, UNKNOWN, None, False),  # one of several, perhaps
        (asks("location", "lyon"), {"location": said("paris"), "conditions": REMOTE}, MET, 1, False),
        (asks("condition", "permanent"), {"conditions": (said("internship"),)}, MISSING, 0, True),
        (asks("condition", "remote"), {"conditions": (said("hybrid"),)}, MET, 1, False),
        (asks("condition", "permanent"), {"conditions": (said("night_shift"),)}, UNKNOWN, None, False),
        (asks("pay", "EUR", 40_000), paid(30_000, 40_000), MET, 1, False),
        (asks("pay", "EUR", 40_000), paid(None, 2_500, period=Period.MONTH), MISSING, 3 / 4, True),
        (asks("pay", "EUR", 40_000), paid(None, 20, period=Period.HOUR), MISSING, 34_400 / 40_000, False),
        (asks("pay", "EUR", 40_000), paid(30_000, None), UNKNOWN, 3 / 4, False),  # "from 30,000" may be more
        (asks("pay", "EUR", 40_000), paid(30_000, 30_000, "GBP"), UNKNOWN, None, False),
        (asks("pay", "EUR", 40_000), {}, UNKNOWN, None, False),
        (asks("distance", "lyon", maximum=100), {"location": said("paris")}, MISSING, FAR, True),
        (asks("distance", "lyon", maximum=100), {"location": said("paris", False)}, UNKNOWN, FAR, False),
        (asks("distance", "lyon", maximum=395), {"location": said("paris")}, UNKNOWN, FAR, False),  # 403 km, rounded
        (asks("distance", "lyon", maximum=403), {"location": said("paris")}, MET, 1, False),
        (asks("distance", "lyon", maximum=100), {"location": said("france")}, UNKNOWN, None, False),
        (
            asks("distance", "lyon", maximum=9),
            {"location": said("paris"), "conditions": REMOTE},
            MET,
            1,
            False,
        ),
    ],
)
def test_what_is_asked_of_a_vacancy(requirement, profile, status, score, hard):
    line = hold(requirement, VacancyProfile(**profile), TODAY)
    assert (line.status, line.score, line.hard) == (status, score and pytest.approx(score), hard)


def test_every_kind_has_a_comparator_and_every_field_a_layer():
    assert set(OF_CANDIDATES) == set(RequirementKind) > set(OF_VACANCIES)
    for profile, table in ((CandidateProfile, OF_CANDIDATES), (VacancyProfile, OF_VACANCIES)):
        names = profile.__dataclass_fields__.keys()
        for name in names - {"requirements"}:  # these have layers of their own
            layer_of(name)
        for kind, how in table.items():
            assert {*how.reads, *how.sure} <= names, kind
            assert layer_of(kind) is not Layer.IDENTITY


@pytest.mark.parametrize(
    ("wished", "offered", "status", "score"),
    [
        (paid(40_000, 50_000), paid(30_000, 42_000), MET, 1),
        (paid(40_000, 50_000), paid(None, 2_500, period=Period.MONTH), MISSING, 3 / 4),
        (paid(40_000, 50_000), paid(90_000, 90_000, "USD"), UNKNOWN, None),
        (paid(40_000, 50_000), {}, UNKNOWN, None),
    ],
)
def test_pay_wished_is_held_against_pay_offered(wished, offered, status, score):
    [line] = wish_lines(CandidateProfile(**wished), VacancyProfile(**offered))
    assert (line.status, line.score, line.hard) == (status, score and pytest.approx(score), status is MISSING)
    assert (line.requirement.id, line.requirement.label) == ("wish:pay", "wish: 40,000 EUR a year")
    settled = status is not UNKNOWN
    assert (line.evidence == wished["salary"].evidence) is settled
    assert (line.requirement.evidence is not None) is settled


def test_a_pair_is_compared_in_all_its_layers_with_quotes_of_both_texts():
    person = candidate_from_text(
        "Ann Lee\nNurse\nLeeds, UK\n\nWork experience\nNurse, 2019 - 2022\n\nSkills\nWound care\n"
    )
    opening = vacancy_from_text(
        "Nurse\nLocation: York, UK\n\nRequirements\n- Wound care is required\n- 2 years of experience\n"
    )
    lines = {line.requirement.kind: line for line in compare(person, opening, TODAY)}
    assert {layer_of(kind) for kind in lines} == set(Layer) - {Layer.IDENTITY}
    assert lines[RequirementKind.OCCUPATION].status is MET
    assert lines[RequirementKind.DISTANCE].status is UNKNOWN
    assert lines[RequirementKind.DISTANCE].score == pytest.approx(NEAR)
    for line in lines.values():
        for quote, text in ((line.evidence, person.text), (line.requirement.evidence, opening.text)):
            assert quote is None or (text[quote.start : quote.end], quote.source) == (quote.text, Filler.RULES)


START = RequirementKind.START


@pytest.mark.parametrize(
    ("person", "opening", "status", "quote", "asked"),
    [
        (
            "Notice period: 1 month",
            "Start date: 1 March 2026",
            MET,
            "Notice period: 1 month",
            "Start date: 1 March 2026",
        ),
        (
            "Préavis : 3 mois",
            "Prise de poste : février 2026",
            MISSING,
            "Préavis : 3 mois",
            "Prise de poste : février 2026",
        ),
        ("Notice period: 1-3 months", "Start date: 1 March 2026", UNKNOWN, None, "Start date: 1 March 2026"),
        ("Available immediately", "Immediate start", MET, "Available immediately", "Immediate start"),
        ("", "Start date: ASAP", UNKNOWN, None, "Start date: ASAP"),
        ("Notice period: 1 month", "", None, None, None),
    ],
)
def test_notice_is_held_against_the_start_with_quotes_of_both_texts(person, opening, status, quote, asked):
    cv = candidate_from_text(f"Ann Lee\nNurse\n{person}\n\nWork experience\nNurse, 2019 - 2022\n")
    advert = vacancy_from_text(f"Nurse\n{opening}\n\nRequirements\n- 2 years of experience\n")
    lines = [line for line in compare(cv, advert, TODAY) if line.requirement.kind is START]
    assert [line.status for line in lines] == ([] if status is None else [status])
    for line in lines:
        assert (line.evidence and line.evidence.text, line.requirement.label) == (quote, asked)
        at = line.requirement.evidence
        assert not line.hard and advert.text[at.start : at.end] == at.text


def test_when_one_can_begin_is_nothing_that_an_expert_reads():
    cv = candidate_from_text("Ann Lee\nNurse\nAvailable immediately\n\nWork experience\nNurse, 2019 - 2022\n")
    adverts = [
        vacancy_from_text(f"Nurse\n{start}\n\nRequirements\n- 2 years of experience\n")
        for start in ("Immediate start", "We are many here")
    ]
    assert adverts[0].profile.start is not None and adverts[1].profile.start is None
    first, second = (schema_features(cv, advert, TODAY) for advert in adverts)
    assert first.tolist() == second.tolist()


def test_a_line_that_contradicts_itself_is_refused():
    with pytest.raises(InputError, match=r"degree 1\.5"):
        LedgerLine(asks("skill"), UNKNOWN, None, 1.5)
    with pytest.raises(InputError, match="hard"):
        LedgerLine(asks("skill"), UNKNOWN, None, None, True)


def test_the_page_names_every_layer_and_every_kind():
    page = (Path(__file__).parents[3] / "docs/profile.md").read_text(encoding="utf-8")
    assert all(f"| {layer}" in page for layer in Layer) and all(f"*{kind}*" in page for kind in RequirementKind)
    assert all(f"`{source}`" in page for source in Filler)


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ("English (Professional Working)", Status.UNKNOWN),
        ("English: very good", Status.UNKNOWN),
        ("English: B2", Status.MISSING),
        ("English: intermediate", Status.MISSING),
        ("Anglais : professionnel", Status.UNKNOWN),
    ],
)
def test_a_level_in_words_may_be_the_next_one_and_one_by_letters_is_not(stated, status):
    candidate = candidate_from_text(f"Nadia Rahman\nNurse\n\nLanguages\n{stated}\n\nWorks on a ward for the old.")
    asked = asks("language", "en", int(LanguageLevel.C1))
    assert hold(asked, candidate.profile, TODAY).status is status
