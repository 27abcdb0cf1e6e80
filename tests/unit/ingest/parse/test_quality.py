from __future__ import annotations

import time

import pytest

from jobfit.ingest.parse.clean import complaint

CV = "Nurse with ten years of experience in intensive care at the city hospital of Lyon, nights and weekends. " * 2


@pytest.mark.parametrize(
    "text",
    [
        CV,
        "Infirmière diplômée d'État, dix ans d'expérience en réanimation, équipe de nuit, encadrement des stagiaires "
        "et gestion des plannings au CHU.",
        "看護師として十年間集中治療室で働きました。夜勤と週末勤務の経験があり、チームを率いています。",
        "Медсестра с десятилетним опытом работы в реанимации городской больницы, ночные смены и выходные, наставник "
        "для стажёров, обучение новых сотрудников отделения и ведение медицинской документации.",
        "Skills: SQL, AWS, GCP, HTML, CSS, PHP, XML, SSH, TCP, DNS, JWT, K8s. Built data services with Python and "
        "Go for a large bank in Paris between 2015 and 2021.",
    ],
)
def test_quality_accepts_texts_that_people_write(text: str) -> None:
    assert complaint(text, 20) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no text"),
        (" \n\t", "no text"),
        ("Marie Exemple, nurse", "only 3 words"),
        ("word", "only 1 word;"),
        ("\ufffd" * 40 + CV, "cannot be read"),
        ("(cid:12)(cid:7) " * 40 + CV, "cannot be read"),
        ("|| -- 12 34 == " * 60 + CV, "digits and symbols"),
        ("xkcd bcdf ghjk lmnp qrst vwxz " * 10, "garbled"),
    ],
)
def test_quality_refuses_with_the_reason_a_person_would_give(text: str, reason: str) -> None:
    assert reason in (complaint(text, 20) or "")


def test_quality_asks_a_structured_source_for_fewer_words() -> None:
    assert complaint("Nurse in Lyon", 3) is None
    assert complaint("Nurse in Lyon", 20) is not None


@pytest.mark.parametrize("unit", ["(cid:", "a", "(cid:1", "aaaa bbbb "])
def test_quality_is_linear_on_hostile_repetition(unit: str) -> None:
    started = time.process_time()
    complaint(unit * (200_000 // len(unit)), 20)
    assert time.process_time() - started < 2
