"""The whole chain on records made by hand: what a shortlist promises."""

import math
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from jobfit.damping import Damping, own_words
from jobfit.documents.render import render
from jobfit.encoders.cache import CachedEncoder
from jobfit.encoders.hashing import HashingEncoder
from jobfit.errors import InputError
from jobfit.matcher import Matcher, index_in_memory
from jobfit.policy.base import BestFirst
from jobfit.policy.requirements import Requirements, Weights
from jobfit.records import (
    Candidate,
    CandidateProfile,
    Evidence,
    Experience,
    Importance,
    LanguageLevel,
    LanguageSkill,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)
from jobfit.retrieval.facets import titles
from jobfit.retrieval.kinds import Comparison
from jobfit.retrieval.lexical import terms
from jobfit.retrieval.signals import Characters, Lexical, Query
from jobfit.retrieval.weights import KNOWN, WeightTable
from jobfit.runs import Ranking
from jobfit.shortlist import Status

ENCODER = HashingEncoder(128)
SOURCE = Source("memory", "text", "0")
YEARS = Requirement("experience", RequirementKind.EXPERIENCE, "3 years of experience", "", Importance.MUST, 36)


def candidate(id, text, months=None):
    """A person whose text ends in the statement of the months, where there is one."""
    if months is None:
        return Candidate(id, text, "en", SOURCE)
    said = f"{months} months of experience"
    text = f"{text} {said}"
    evidence = Evidence(said, len(text) - len(said), len(text))
    last = 2000 * 12 + months - 1
    held = Experience(Stated(said, evidence), "2000-01", f"{last // 12}-{last % 12 + 1:02}", False, evidence)
    return Candidate(id, text, "en", SOURCE, CandidateProfile(experiences=(held,), dates_explained=True))


def vacancy(id, text, *requirements):
    return Vacancy(id, text, "en", SOURCE, VacancyProfile(requirements=requirements))


PEOPLE = [
    candidate("junior", "Writes python services with postgresql.", 12),
    candidate("senior", "Writes python services with postgresql and docker.", 84),
    candidate("silent", "Writes python services."),
    candidate("cook", "Cooks soup and bread for the guests of a small house.", 60),
]
DEVELOPER = vacancy("v1", "We look for somebody who writes python services with postgresql.", YEARS)
KITCHEN = vacancy("v2", "We look for somebody who cooks soup and bread for our guests.", YEARS)


@pytest.fixture(scope="module")
def matcher():
    return Matcher.from_records(PEOPLE, ENCODER)


def similar(entry):
    """What the signals add to a score."""
    return [part.value for part in entry.contributions if not part.name.startswith("requirement:")]


def test_match_ranks_candidates_for_a_vacancy(matcher):
    assert matcher.match(DEVELOPER).entries[0].id == "senior"
    assert matcher.match(KITCHEN).entries[0].id == "cook"


def test_match_ranks_vacancies_for_a_candidate():
    other_way = Matcher.from_records([DEVELOPER, KITCHEN], ENCODER)
    assert [entry.id for entry in other_way.match(PEOPLE[1]).entries] == ["v1", "v2"]
    assert len(other_way.match(PEOPLE[0]).entries) == 2  # one year is stated, both ask for three: missing, not out


def test_contributions_sum_to_the_score_to_the_last_bit(matcher):
    for entry in matcher.match(DEVELOPER).entries:
        assert math.fsum(part.value for part in entry.contributions) == entry.score
        assert 0 <= entry.score <= 1
        assert [part.name for part in entry.contributions][:3] == ["dense", "lexical", "feedback"]


def test_contribution_is_weight_times_standard_deviations_times_factor(matcher):
    """Rebuilt from what the shortlist says of its weights and the signal alone."""
    table = WeightTable({(kind, KNOWN): {"lexical": 0.5, "characters": 0.3, "dense": 1.0} for kind in Comparison})
    shortlist = Matcher(matcher.corpus, ENCODER, weights=table).match(DEVELOPER)
    told = shortlist.weighed
    text = render(DEVELOPER).text
    query = Query("v1", text, terms(text), np.zeros(128, dtype=np.float32))
    among = matcher.corpus.texts().among()
    for signal in (Lexical(matcher.corpus), Characters(matcher.corpus)):
        deviations = dict(zip(among.ids, signal.scores(query, among).filled(), strict=True))
        for entry in shortlist.entries:
            [value] = [part.value for part in entry.contributions if part.name == signal.name]
            assert value == pytest.approx(told.weights[signal.name] * deviations[entry.id] * told.factor)
    assert (told.compared, told.language_known) == ("titles", True)


def test_nobody_leaves_the_pool_for_what_was_read(matcher):
    shortlist = matcher.match(DEVELOPER)
    assert shortlist.pool.excluded == ()
    assert {entry.id for entry in shortlist.entries} == {person.id for person in PEOPLE}
    [junior] = [entry for entry in shortlist.entries if entry.id == "junior"]
    [line] = junior.ledger
    assert (line.status, line.evidence.text) == (Status.MISSING, "12 months of experience")
    assert {part.name: part.value for part in junior.contributions}["requirement:experience"] == 0


def test_silence_keeps_a_person_in_and_is_said(matcher):
    [entry] = [entry for entry in matcher.match(DEVELOPER).entries if entry.id == "silent"]
    assert [(line.status, line.evidence) for line in entry.ledger] == [(Status.UNKNOWN, None)]
    assert {part.name: part.value for part in entry.contributions}.get("requirement:experience", 0) == 0


def test_requirement_that_is_met_is_quoted_and_pays(matcher):
    [entry] = [entry for entry in matcher.match(DEVELOPER).entries if entry.id == "senior"]
    [line] = entry.ledger
    assert (line.status, line.evidence.text) == (Status.MET, "84 months of experience")
    # The only requirement, met: the whole share of the requirements, 2 of 5 parts.
    assert {part.name: part.value for part in entry.contributions}["requirement:experience"] == pytest.approx(2 / 5)


def test_most_similar_of_all_has_the_whole_similarity_part(matcher):
    for query in (DEVELOPER, KITCHEN):
        sums = [sum(similar(entry)) for entry in matcher.match(query).entries]
        assert max(sums) == pytest.approx(3 / 5)


def test_weights_of_the_signals_shape_the_contributions():
    table = WeightTable({(kind, KNOWN): {"lexical": 1.0} for kind in Comparison})
    for entry in Matcher(index_in_memory(PEOPLE, ENCODER), ENCODER, weights=table).match(DEVELOPER).entries:
        assert {part.name: part.value for part in entry.contributions}["dense"] == 0.0
        assert "characters" not in {part.name for part in entry.contributions}  # no weight, not computed


def test_corpus_too_large_for_characters_gives_their_weight_to_the_words(monkeypatch):
    monkeypatch.setattr("jobfit.retrieval.text_index.MOST_FOR_CHARACTERS", 2)
    table = WeightTable({(kind, KNOWN): {"characters": 0.5, "lexical": 0.1} for kind in Comparison})
    shortlist = Matcher(index_in_memory(PEOPLE, ENCODER), ENCODER, weights=table).match(DEVELOPER)
    assert (shortlist.weighed.weights["lexical"], "characters" in shortlist.weighed.weights) == (0.6, False)


def test_weights_of_the_policy_share_the_score():
    all_similarity = Matcher.from_records(PEOPLE, ENCODER, Requirements(weights=Weights(1, 0)))
    for entry in all_similarity.match(DEVELOPER).entries:
        assert sum(similar(entry)) == pytest.approx(entry.score)


@pytest.mark.parametrize(("k", "length"), [(1, 1), (2, 2), (3, 3), (1000, 4)])
def test_k_cuts_the_entries_and_nothing_else(matcher, k, length):
    shortlist, whole = matcher.match(DEVELOPER, k), matcher.match(DEVELOPER, 10)
    assert shortlist.entries == whole.entries[:length]
    assert shortlist.pool == whole.pool
    assert [entry.rank for entry in shortlist.entries] == list(range(1, length + 1))


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_refused(matcher, k):
    with pytest.raises(InputError, match="k"):
        matcher.match(DEVELOPER, k)


def test_query_of_the_kind_of_the_corpus_is_refused(matcher):
    with pytest.raises(InputError, match="matched with vacancy records"):
        matcher.match(PEOPLE[0])


def test_corpus_of_another_encoder_is_refused(matcher):
    with pytest.raises(InputError, match=r"hashing-1-128.*hashing-1-64"):
        Matcher(matcher.corpus, HashingEncoder(64))


def test_empty_pool_gives_an_empty_shortlist_with_its_exclusions():
    german = Requirement("language:de", RequirementKind.LANGUAGE, "German, B2 or above", "de", Importance.MUST, 4)
    beginner = Stated(LanguageSkill("de", LanguageLevel.A2), Evidence("Writes", 0, 6), sure=True)
    junior = replace(PEOPLE[0], profile=CandidateProfile(languages=(beginner,)))
    shortlist = Matcher.from_records([junior], ENCODER, Requirements(exclude=(german,))).match(DEVELOPER)
    assert (shortlist.entries, shortlist.pool.eligible) == ((), ())
    assert [out.id for out in shortlist.pool.excluded] == ["junior"]


def test_order_of_the_records_changes_nothing(matcher):
    assert Matcher.from_records(PEOPLE[::-1], ENCODER).match(DEVELOPER) == matcher.match(DEVELOPER)


def test_two_people_with_one_text_have_one_score_and_a_fixed_order():
    twins = [candidate(name, "Writes python services.", 48) for name in ("left", "right")]
    one, two = (Matcher.from_records(people, ENCODER).match(DEVELOPER).entries for people in (twins, twins[::-1]))
    assert one == two
    assert one[0].score == one[1].score


class Shortest:
    """A scorer that prefers short CVs, on a scale of its own."""

    def score(self, pairs):
        return np.array([-1000.0 * len(pair.candidate.text) for pair in pairs])


def test_reranker_orders_the_most_similar_and_keeps_the_scale_of_the_similarity():
    corpus, required = index_in_memory(PEOPLE, ENCODER), Requirements(weights=Weights(1, 0))
    plain = Matcher(corpus, ENCODER, required).match(DEVELOPER)
    reranked = Matcher(corpus, ENCODER, required, reranker=Shortest()).match(DEVELOPER)
    assert [entry.id for entry in reranked.entries] == ["silent", "junior", "senior", "cook"]
    assert [entry.score for entry in reranked.entries] == pytest.approx([entry.score for entry in plain.entries])
    for entry in reranked.entries:
        assert math.fsum(part.value for part in entry.contributions) == entry.score
        assert "reranker" in {part.name for part in entry.contributions}


def test_policy_is_asked_who_stands_where():
    class WorstFirst(BestFirst):
        def decide(self, ranking, pool, explained, k):
            return super().decide(Ranking(ranking.query_id, ranking.hits[::-1]), pool, explained, k)

    corpus = index_in_memory(PEOPLE, ENCODER)
    plain, turned = (Matcher(corpus, ENCODER, policy=policy).match(DEVELOPER) for policy in (None, WorstFirst()))
    assert [entry.id for entry in turned.entries] == [entry.id for entry in plain.entries][::-1]
    assert [entry.rank for entry in turned.entries] == [1, 2, 3, 4]


def test_signals_are_parts():
    corpus = index_in_memory(PEOPLE, ENCODER)
    [entry, *_] = Matcher(corpus, ENCODER, signals=[Lexical(corpus)]).match(DEVELOPER).entries
    assert [part.name for part in entry.contributions] == ["lexical", "requirement:experience"]


@pytest.mark.parametrize(("depth", "first"), [(1, "junior"), (2, "senior")])
def test_only_the_most_similar_are_held_against_the_requirements(monkeypatch, depth, first):
    monkeypatch.setattr("jobfit.matcher.DEPTH", depth)
    corpus = index_in_memory(PEOPLE, ENCODER)
    matcher = Matcher(corpus, ENCODER, signals=[Lexical(corpus)])
    assert [entry.id for entry in matcher.match(DEVELOPER, 1).entries] == [first]


PASTED = (
    "Our team of nine people in Lyon builds the booking service of several hotels and wants somebody who writes python "
    "services with postgresql, plans releases with the product owner, reviews what others wrote and answers the phone "
    "when something breaks at night; you have done this before and enjoy explaining databases to beginners."
)
BOOKING = vacancy("v3", PASTED, YEARS)


def fed_back(people):
    """By vectors and what feeds back: in a pool of four a vector alone is noise, for the mean is a quarter advert."""
    table = WeightTable({(kind, KNOWN): {"dense": 1.0, "characters": 0.2, "feedback": 0.2} for kind in Comparison})
    return Matcher(index_in_memory(people, ENCODER), ENCODER, weights=table)


def honest_and_pasted():
    """The people, and the cook with the advert below; by id, each with its entry."""
    cook = PEOPLE[-1]
    return fed_back([*PEOPLE[:-1], replace(cook, text=f"{cook.text}\n{PASTED}")])


def test_advert_in_a_cv_pays_nothing_and_the_contributions_say_so():
    [honest] = [e for e in fed_back(PEOPLE).match(BOOKING).entries if e.id == "cook"]
    shortlist = honest_and_pasted().match(BOOKING)
    [pasted] = [entry for entry in shortlist.entries if entry.id == "cook"]
    assert pasted.rank == honest.rank == 3 and pasted.damped and not honest.damped
    [less] = [part.value for part in pasted.contributions if part.name == "planted"]
    assert less < -0.1 and math.fsum(part.value for part in pasted.contributions) == pasted.score
    assert sum(similar(pasted)) < 0.2  # of 0.6; the corpus is another, too
    assert not any(entry.damped for entry in shortlist.entries if entry.id != "cook")
    # The best of the others has the whole similarity part, as if nobody had planted anything.
    assert max(sum(similar(entry)) for entry in shortlist.entries) == pytest.approx(0.6)


def test_who_planted_nothing_keeps_every_bit(monkeypatch):
    damping = Matcher.from_records(PEOPLE, ENCODER).match(BOOKING)
    monkeypatch.setattr(Damping, "of", lambda self, records, similarity, lines: (similarity, lines, {}))
    assert Matcher.from_records(PEOPLE, ENCODER).match(BOOKING) == damping


def test_who_stands_among_the_first_is_looked_at_however_many_fall(monkeypatch):
    monkeypatch.setattr("jobfit.matcher.LOOKED_AT", 1)
    people = [*PEOPLE, *(candidate(f"c{n}", f"Cooks soup number {n}.\n{PASTED}") for n in range(3))]
    entries = Matcher.from_records(people, ENCODER).match(BOOKING, 2).entries
    assert {entry.id for entry in entries} < {person.id for person in PEOPLE}


def test_requirement_that_only_planted_text_meets_is_unknown_with_its_quote():
    copied = "36 months of experience in booking services"
    advert = vacancy("v4", f"{PASTED} Asked for: {copied}.", YEARS)
    text = f"{PEOPLE[2].text}\n{advert.text}"
    start = text.index("36 months")
    quote = Evidence("36 months of experience", start, start + 23)
    held = Experience(Stated("36 months", quote), "2000-01", "2002-12", False, quote)
    profile = CandidateProfile(experiences=(held,), dates_explained=True)
    cheat = Candidate("cheat", text, "en", SOURCE, profile)
    entries = {e.id: e for e in Matcher.from_records([*PEOPLE[:2], cheat], ENCODER).match(advert).entries}
    [line] = entries["cheat"].ledger
    assert line.status is Status.UNKNOWN and line.evidence is not None and line.evidence.text in text
    assert entries["senior"].ledger[0].status is Status.MET
    [part] = [p for p in entries["cheat"].contributions if p.name == "requirement:experience"]
    assert part.value == 0


def test_reranker_reads_the_own_words_of_who_planted_some():
    read = []

    class Reader:
        def score(self, pairs):
            read.extend(pair.candidate.text for pair in pairs)
            return np.zeros(len(pairs))

    matcher = honest_and_pasted()
    Matcher(matcher.corpus, ENCODER, reranker=Reader()).match(BOOKING)
    assert len(read) == 4 and not any("booking" in text for text in read)


@pytest.mark.parametrize("copy", [PASTED, PASTED.rstrip(".").replace(";", "").replace(",", "")])
def test_text_of_nothing_else_than_the_advert_keeps_its_person_in(copy):
    entries = Matcher.from_records([*PEOPLE, candidate("copy", copy)], ENCODER).match(BOOKING).entries
    assert len(entries) == 5 and entries[-1].id == "copy" and sum(similar(entries[-1])) == pytest.approx(0)


@pytest.mark.parametrize("said", ["Cooks soup and bread for guests", "Makes java programs for mysql tables"])
def test_words_that_alternate_with_the_adverts_count_only_where_that_gives_less(said, monkeypatch):
    words = PASTED.split()
    mixed = candidate("mixed", " ".join(word for pair in zip(said.split() * 9, words) for word in pair))
    strict, kept, *_ = own_words(BOOKING, mixed)
    assert len(strict.text.split()) < 8 and len(kept.text.split()) > 40

    def score(*readings):
        monkeypatch.setattr("jobfit.damping.own_words", lambda _, one: readings if one.id == "mixed" else ())
        entries = Matcher.from_records([mixed, *PEOPLE], ENCODER).match(BOOKING).entries
        return next(entry.score for entry in entries if entry.id == "mixed")

    assert score(strict, kept) == min(score(strict), score(kept))


def test_fillers_between_words_of_the_advert_are_read_away_too():
    said = " ".join(f"{word} quickly mainly" for word in PASTED.split())
    strict, kept, least = own_words(BOOKING, candidate("filled", f"Cooks soup for guests\n{said}"))
    assert least.text.count("quickly") < strict.text.count("quickly") < kept.text.count("quickly")
    assert all("Cooks soup for guests" in one.text for one in (strict, kept, least))


def test_short_cv_is_compared_as_if_nothing_had_been_planted(monkeypatch):
    own = "Cuisinier, soupes et pain"
    matcher = Matcher.from_records([*PEOPLE, candidate("cheat", f"{own}\n{PASTED}")], ENCODER)
    compared, encode = [], HashingEncoder.encode

    def kept(encoder, documents, role):
        compared.extend(document.text for document in documents)
        return encode(encoder, documents, role)

    monkeypatch.setattr(HashingEncoder, "encode", kept)
    matcher.match(BOOKING)
    assert compared.count(own) == 2  # a short text is its own title


def test_own_cv_of_a_candidate_who_asks_is_not_damped():
    adverts = [BOOKING, DEVELOPER, KITCHEN]
    asking = candidate("cook", f"{PEOPLE[-1].text}\n{PASTED}")
    assert not any(entry.damped for entry in Matcher.from_records(adverts, ENCODER).match(asking).entries)


def test_own_words_are_encoded_without_being_kept(tmp_path):
    kept = CachedEncoder(ENCODER, tmp_path / "vectors.db")
    cook = replace(PEOPLE[-1], text=f"{PEOPLE[-1].text}\n{PASTED}")
    matcher = Matcher.from_records([*PEOPLE[:-1], cook], kept)
    with closing(sqlite3.connect(tmp_path / "vectors.db")) as database:
        before = database.execute("SELECT count(*) FROM vectors").fetchone()[0]
        assert any(entry.damped for entry in matcher.match(replace(BOOKING, text=PASTED)).entries)
        queries = {render(BOOKING).text, titles(render(BOOKING).text, BOOKING.kind)}
        queries -= {titles(render(cook).text, cook.kind)}  # kept already
        assert database.execute("SELECT count(*) FROM vectors").fetchone()[0] == before + len(queries)


def test_fast_matching_damps_too():
    people = [*PEOPLE[:-1], replace(PEOPLE[-1], text=f"{PEOPLE[-1].text}\n{PASTED}")]
    entries = Matcher(index_in_memory(people, ENCODER), ENCODER, fast=True).match(BOOKING).entries
    assert [entry.id for entry in entries if entry.damped] == ["cook"]
