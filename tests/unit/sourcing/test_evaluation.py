"""The time split on logs whose answer a reader can see."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from jobfit.errors import InputError
from jobfit.sourcing.evaluation import ALPHAS, CHOSEN_BY, Question, evaluate_sourcing, questions, split
from jobfit.sourcing.results import Terms
from jobfit.sourcing.scoring import Parts

TERMS = Terms(date(2026, 1, 31))


def test_question_is_asked_as_of_the_first_application_and_finds_who_was_hired_later(pool_of, apply, advert):
    log = [
        apply("ana", "rejected", 100), apply("cleo", "rejected", 50),  # in the pool when the first person applies
        apply("dan", "hired", 90, vacancy="elsewhere"),  # half a year is not over: hired
        apply("ben", "rejected", 40, vacancy="dev"),  # the first application: 40 days ago
        apply("ana", "hired", 30, vacancy="dev", decided=20),
    ]  # fmt: skip
    [asked] = questions(pool_of(log), [advert], TERMS, "market ")
    assert (asked.id, asked.moment) == ("market dev", log[3].time)
    assert asked.parts.ids[asked.rows].tolist() == ["ana", "cleo"]
    assert asked.hired == {"ana"}
    assert {hit.document_id for hit in asked.ranking(0.5).hits} == {"ana", "cleo"}


def test_vacancy_that_hired_nobody_of_its_pool_asks_nothing(pool_of, apply, advert):
    first_time = [apply("ana", "hired", 30, vacancy="dev"), apply("ben", "rejected", 50)]
    assert questions(pool_of(first_time), [advert], TERMS) == []
    assert questions(pool_of([apply("ana", "rejected", 30, vacancy="dev")]), [advert], TERMS) == []
    assert questions(pool_of([]), [advert], TERMS) == []


def made(number, hired, coverage):
    """Question ``number`` over three people, whose cosines are 1, 0.6 and 0."""
    ids = np.array(["a", "b", "c"], dtype=object)
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1]], dtype=np.float32)
    parts = Parts(f"v{number}", ids, vectors, np.ones(3), np.array([1, 0], dtype=np.float32), np.array(coverage))
    moment = replace_day(number)
    return Question(f"v{number}", moment, parts, np.arange(3), frozenset(hired))


def replace_day(number):
    from datetime import UTC, datetime

    return datetime(2026, 1, 1 + number, tzinfo=UTC)


def test_alpha_is_chosen_on_the_earlier_vacancies_and_measured_on_the_later():
    # Early ones hired whom coverage puts first, late ones whom the cosine does: the choice is wrong, and must be said.
    asked = [made(n, {"c"} if n < 4 else {"a"}, [0.0, 0.0, 1.0]) for n in range(10)]
    earlier, later = split(asked[::-1])
    assert ([q.id for q in earlier], len(later)) == (["v0", "v1", "v2", "v3"], 6)
    report = evaluate_sourcing(earlier, later, without=7, default=1.0)
    assert (report.validation, report.test, report.relevant, report.without) == (4, 6, 6, 7)
    assert set(report.grid) == {f"{alpha:g}" for alpha in ALPHAS}
    # c is first where (1 - alpha) > alpha, that is up to 0.4: all of these are best, and the largest is chosen.
    assert report.chosen == 0.4
    assert report.grid["0.4"] == 1.0 > report.grid["0.6"]
    assert report.systems["cosine alone"][CHOSEN_BY].mean == 1.0
    assert report.systems["alpha 0.4 (chosen)"][CHOSEN_BY].mean == pytest.approx(1 / np.log2(3))
    assert report.differences["alpha 0.4 (chosen)"][CHOSEN_BY].difference.mean == pytest.approx(1 / np.log2(3) - 1)
    # By chance the one person stands at each of three places equally often.
    assert report.systems["cosine alone"][CHOSEN_BY].chance == pytest.approx((1 + 1 / np.log2(3) + 1 / 2) / 3)


def test_default_that_is_chosen_is_named_once():
    asked = [made(n, {"a"}, [0.0, 0.0, 0.0]) for n in range(4)]
    report = evaluate_sourcing(*split(asked), default=1.0)
    assert report.chosen == 1.0
    assert list(report.systems) == ["cosine alone", "coverage alone", "alpha 1 (default)"]


@pytest.mark.parametrize(("by_skills", "chosen"), [(11, 1.0), (16, 0.7)])
def test_alpha_within_one_standard_error_of_the_best_is_chosen_if_it_is_larger(by_skills, chosen):
    # b has all the skills and a cosine of 0.6, a has 1 and none: b is first up to 0.7, a from 0.8 on, the other second.
    asked = [made(n, {"b"} if n < by_skills else {"a"}, [0.0, 1.0, 0.0]) for n in range(20)]
    report = evaluate_sourcing(asked, asked)
    second = 1 / np.log2(3)
    up_to, beyond = (by_skills + (20 - by_skills) * second) / 20, (20 - by_skills + by_skills * second) / 20
    assert (report.grid["0.7"], report.grid["0.8"]) == (pytest.approx(up_to), pytest.approx(beyond))
    error = np.std([1.0] * by_skills + [second] * (20 - by_skills), ddof=1) / np.sqrt(20)
    assert (up_to - beyond < error) == (chosen == 1.0)
    assert report.chosen == chosen


def test_too_few_vacancies_are_an_error_that_says_what_is_needed():
    with pytest.raises(InputError, match="1 vacancies of the log hired somebody"):
        split([made(0, {"a"}, [0.0, 0.0, 0.0])])
    assert replace(made(0, {"a"}, [0, 0, 0]), id="x").ranking(1.0).query_id == "x"
