"""Who is in the pool, who is not and why, and what is said of each."""

from datetime import date

import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.matcher import index_in_memory
from jobfit.policy.requirements import load_requirements
from jobfit.reading import vacancy_from_text
from jobfit.records import Outcome
from jobfit.shortlist import Status
from jobfit.sourcing.pool import TalentPool
from jobfit.sourcing.results import Terms

TODAY = date(2026, 1, 31)  # as the dates of conftest
TERMS = Terms(TODAY)


def ids(sourced):
    return {entry.candidate.id for entry in sourced.entries}


def gone(counts):
    """The counts that are not 0, without those of everybody."""
    names = ("never_applied", "hired", "applied_here", "other_outcome", "beyond_retention")
    return {name: getattr(counts, name) for name in names if getattr(counts, name)}


def policy(tmp_path, text):
    (tmp_path / "policy.yaml").write_text(text)
    return load_requirements(tmp_path / "policy.yaml")


def entry_of(sourced, who):
    [found] = [entry for entry in sourced.entries if entry.candidate.id == who]
    return found


def test_everybody_who_applied_and_was_not_hired_is_in_the_pool(pool_of, apply, advert):
    log = [apply("ana", "rejected"), apply("ben", "no response"), apply("cleo", "talent pool"), apply("dan", "hired")]
    found = pool_of(log).source(advert, TERMS)
    assert ids(found) == {"ana", "ben", "cleo"}
    assert gone(found.counts) == {"hired": 1}
    assert (found.counts.considered, found.counts.pool) == (4, 3)


def test_each_person_is_counted_once_and_nobody_is_lost(pool_of, apply, advert):
    log = [apply("ana", "hired", 900), apply("ben", "rejected", 5, vacancy="dev"), apply("cleo", "rejected", 900)]
    counts = pool_of(log).source(advert, TERMS).counts
    assert gone(counts) == {"never_applied": 1, "hired": 1, "applied_here": 1, "beyond_retention": 1}
    assert counts.pool == 0


def test_scores_are_alpha_cosine_plus_coverage_and_fall(pool_of, apply, advert):
    log = [apply(name) for name in ("ana", "ben", "cleo", "dan")]
    for alpha in (0.0, 0.3, 1.0):
        found = pool_of(log).source(advert, Terms(TODAY, alpha=alpha))
        assert found.alpha == alpha
        assert [e.rank for e in found.entries] == [1, 2, 3, 4]
        scores = [entry.score for entry in found.entries]
        assert scores == sorted(scores, reverse=True)
        for entry in found.entries:
            assert entry.score == pytest.approx(alpha * entry.cosine + (1 - alpha) * entry.coverage, abs=1e-15)
            assert entry.coverage == entry.gap.coverage  # one number for the rank and for the gap


def test_gap_says_stated_denied_learning_implied_and_not_found_apart(pool_of, apply, advert, people):
    found = pool_of([apply(name) for name in people]).source(advert, TERMS)
    assert set(found.essential) == {"Python", "SQL"}
    ana, ben, dan = (entry_of(found, name).gap for name in ("ana", "ben", "dan"))
    assert {line.line.requirement.value for line in ana.met} == {"python", "sql", "docker"}
    assert ana.coverage == 1.0 and not ana.missing_essential and not ana.missing_optional
    [docker] = ben.missing_optional
    assert docker.line.status is Status.MISSING and docker.occupation is None  # denied: no occupation implies it
    assert docker.line.evidence.text == "Docker"
    learning = [line for line in dan.missing_essential if line.line.requirement.value == "python"]
    assert [line.line.status for line in learning] == [Status.UNKNOWN]
    assert learning[0].line.evidence is not None
    for name, entry in {e.candidate.id: e for e in found.entries}.items():
        for line in (*entry.gap.met, *entry.gap.missing_essential, *entry.gap.missing_optional):
            for quote in filter(None, (line.line.evidence, line.position)):
                assert people[name].text[quote.start : quote.end] == quote.text
            assert line.line.status is not Status.MET or line.line.evidence is not None


def test_implied_skill_names_the_position_and_earns_nothing(pool_of, apply, advert, people):
    found = pool_of([apply(name) for name in people]).source(advert, TERMS)
    ben = entry_of(found, "ben")
    graph = pool_of([]).graph
    usual = set(graph.skills_of(people["ben"].profile.experiences[0].occupation).essential)
    implied = {line.line.requirement.value: line for line in ben.gap.met if line.occupation}
    assert implied.keys() == usual & {"python", "sql"} != set()
    for line in implied.values():
        assert (line.line.status, line.position.text) == (Status.UNKNOWN, "Software developer")
    assert ben.coverage == 0.0 < ben.gap.coverage_implied


def test_retention_is_to_the_day_and_unknown_is_not_longer_ago(pool_of, apply, advert):
    # 31 January 2024 is exactly 24 months before: 731 days, for 2024 was a leap year.
    log = [apply("ana", ago=731), apply("ben", ago=732), apply("cleo", ago=None), apply("dan", ago=900)]
    log.append(apply("dan", ago=None, vacancy="older"))
    found = pool_of(log).source(advert, TERMS)
    assert ids(found) == {"ana", "cleo", "dan"}
    assert gone(found.counts) == {"beyond_retention": 1}
    assert found.counts.contact_unknown == 2
    contacts = {entry.candidate.id: entry.last_contact for entry in found.entries}
    assert contacts["ana"].isoformat() == "2024-01-31" and contacts["cleo"] is contacts["dan"] is None
    assert "ben" in ids(pool_of(log).source(advert, Terms(TODAY, retention_months=25)))


def test_contact_is_the_decision_where_the_log_has_it(pool_of, apply, advert):
    found = pool_of([apply("ana", ago=800, decided=30)]).source(advert, TERMS)
    [ana] = found.entries
    assert ana.last_contact.isoformat() == "2026-01-01"
    assert (ana.last_event.vacancy_id, ana.last_event.outcome) == ("old", Outcome.REJECTED)


def test_dates_in_the_future_do_not_count_and_are_counted(pool_of, apply, advert):
    found = pool_of([apply("ana", ago=-2), apply("ben", ago=0)]).source(advert, TERMS)
    assert ids(found) == {"ben"}
    assert (found.log.later, found.counts.never_applied) == (1, 3)


def test_people_without_a_record_are_counted(pool_of, apply, advert):
    found = pool_of([apply("nobody"), apply("ana"), apply("", "rejected")]).source(advert, TERMS)
    assert ids(found) == {"ana"}
    assert (found.log.applications, found.log.without_record) == (3, 2)


def test_talent_pool_only_is_a_choice_of_the_person_who_asks(pool_of, apply, advert):
    log = [apply("ana", "rejected"), apply("ben", "talent pool"), apply("cleo", "offer declined")]
    found = pool_of(log).source(advert, Terms(TODAY, talent_pool_only=True))
    assert ids(found) == {"ben", "cleo"}
    assert found.counts.other_outcome == 1


def test_vacancy_without_essential_skills_leaves_the_cosine_alone(pool_of, apply):
    advert = vacancy_from_text("Night porter\n\nWe are looking for a friendly night porter for our house.\n", id="n")
    found = pool_of([apply("ana"), apply("cleo")]).source(advert, TERMS)
    assert (found.alpha, found.essential) == (1.0, ())
    assert all(entry.coverage is None and entry.score == entry.cosine for entry in found.entries)


def test_policy_excludes_as_match_does_and_silence_excludes_nobody(pool_of, apply, advert, people, tmp_path):
    required = policy(tmp_path, "exclude:\n  languages: [{language: English, level: B2}]\n")
    found = pool_of([apply(name) for name in people]).source(advert, TERMS, k=10, requirements=required)
    assert ids(found) == {"ana", "cleo", "dan"}
    [out] = found.excluded
    assert (out.id, [reason.code for reason in out.reasons]) == ("ben", ["missing:language"])
    assert found.counts.pool == 4


def test_exclusions_are_told_down_to_the_last_place(pool_of, apply, advert, people, tmp_path):
    required = policy(tmp_path, "exclude:\n  languages: [{language: English, level: B2}]\n")
    pool = pool_of([apply(name) for name in people])
    everybody = [entry.candidate.id for entry in pool.source(advert, TERMS).entries]
    for k in (1, 2, 3, 4):
        found = pool.source(advert, TERMS, k=k, requirements=required)
        kept = [name for name in everybody if name != "ben"][:k]
        assert [entry.candidate.id for entry in found.entries] == kept
        before = everybody if len(kept) < k else everybody[: everybody.index(kept[-1])]
        assert [one.id for one in found.excluded] == [name for name in before if name == "ben"]


def test_policy_skills_are_asked_and_literal_words_are_shown_but_not_weighed(pool_of, apply, advert, people, tmp_path):
    required = policy(tmp_path, "must_have: [Java, {text: soup and bread}]\nreplace: true\n")
    found = pool_of([apply(name) for name in people]).source(advert, TERMS, requirements=required)
    assert (found.essential, found.not_weighed) == (("Java",), ("soup and bread",))
    assert entry_of(found, "ben").coverage == 1.0
    assert [line.line.evidence.text for line in entry_of(found, "cleo").gap.met] == ["soup and bread"]


def test_other_requirements_are_shown_and_earn_nothing(pool_of, apply, advert):
    [ana] = pool_of([apply("ana")]).source(advert, TERMS).entries
    assert {line.requirement.kind.value for line in ana.ledger} >= {"language"}
    assert "skill" not in {line.requirement.kind.value for line in ana.ledger}


def test_empty_pool_gives_no_entries(pool_of, advert):
    found = pool_of([]).source(advert, TERMS)
    assert (found.entries, found.counts.never_applied, found.counts.pool) == ((), 4, 0)


def test_impossible_terms_are_refused(pool_of, apply, advert, people):
    with pytest.raises(InputError, match="alpha"):
        Terms(TODAY, alpha=1.5)
    with pytest.raises(InputError, match="retention"):
        Terms(TODAY, retention_months=0)
    with pytest.raises(InputError, match="k must be"):
        pool_of([apply("ana")]).source(advert, TERMS, k=0)
    with pytest.raises(InputError, match="a talent pool needs candidates"):
        TalentPool(index_in_memory([advert], HashingEncoder(64)), [], HashingEncoder(64))
    with pytest.raises(InputError, match="encoded by"):
        TalentPool(index_in_memory(list(people.values()), HashingEncoder(64)), [], HashingEncoder(32))
