from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError, StoreError, UnknownIdError
from jobfit.groups import Groups
from jobfit.ingest.ids import Known
from jobfit.records import Application, Kind, Outcome, Source, Vacancy
from jobfit.store import repository
from jobfit.store.queries import statement
from jobfit.store.repository import PutReport, Stored, Summary, open_store

CANDIDATE, VACANCY = Kind.CANDIDATE, Kind.VACANCY


def rows(store, statement):
    """What the role that writes sees."""
    with store._ingest.begin() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def test_put_new_record_can_be_read_back_equal(store, stored):
    one = stored("c1")
    assert store.put([one]) == PutReport(added=1, updated=0, unchanged=0)
    assert store.get(CANDIDATE, "c1") == one.record
    assert store.list(CANDIDATE) == (Summary("c1", 1, None, "en", "cvs/c1.txt", ("hidden_text:white",)),)
    assert store.current_hashes(CANDIDATE) == {"c1": "1"}
    assert store.sources() == (Known(CANDIDATE, "c1", "cvs/c1.txt", "1"),)
    assert store.counts() == {CANDIDATE: 1, VACANCY: 0}


def test_put_vacancy_with_a_candidates_id_is_another_record(store, stored):
    vacancy = Vacancy("c1", "Wanted", None, Source("v.txt", "text", "9"))
    store.put([stored("c1"), Stored(vacancy, ("wanted",), None, None)])
    assert store.counts() == {CANDIDATE: 1, VACANCY: 1}
    assert store.get(VACANCY, "c1") == vacancy


def test_empty_store_answers_with_nothing(store):
    assert store.put([]) == PutReport(0, 0, 0)
    assert store.list(CANDIDATE) == ()
    assert store.current_hashes(CANDIDATE) == {}
    assert store.sources() == ()
    assert store.missing_vectors(CANDIDATE, "fp") == ()
    with pytest.raises(UnknownIdError, match="no candidate with the id 'c1'"):
        store.get(CANDIDATE, "c1")


def test_put_same_content_writes_nothing(store, stored):
    store.put([stored("c1"), stored("c2")])
    before = rows(store, "SELECT sequence FROM tenants"), rows(store, "SELECT * FROM records ORDER BY id")
    assert store.put([stored("c1"), stored("c2")]) == PutReport(0, 0, 2)
    assert (rows(store, "SELECT sequence FROM tenants"), rows(store, "SELECT * FROM records ORDER BY id")) == before


def test_put_changed_content_makes_a_version_and_forgets_the_old_vectors(store, stored):
    store.put([stored("c1", sha256="1")])
    store.put_vectors([stored("c1", sha256="1", fingerprint="other")])
    report = store.put([stored("c1", text="Knows cobol.", sha256="2", vector=(1, 0)), stored("c2")])
    assert report == PutReport(added=1, updated=1, unchanged=0)
    assert rows(store, "SELECT version, current, text FROM records WHERE id = 'c1' ORDER BY version") == [
        (1, False, "Knows python and sql."),
        (2, True, "Knows cobol."),
    ]
    assert store.get(CANDIDATE, "c1").text == "Knows cobol."
    assert rows(store, "SELECT version, terms FROM documents WHERE id = 'c1'") == [(2, ["knows", "cobol"])]
    assert rows(store, "SELECT fingerprint, embedding::text FROM embeddings WHERE id = 'c1'") == [("fp", "[1,0]")]


def test_put_back_to_earlier_content_is_a_third_version(store, stored):
    for sha256 in ("1", "2", "1"):
        store.put([stored("c1", sha256=sha256)])
    assert rows(store, "SELECT max(version), count(*) FILTER (WHERE current) FROM records") == [(3, 1)]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"text": "nul \x00"}, "NUL"),
        ({"text": "half \ud800"}, "UTF-8"),
        ({"vector": (0, 0)}, "a vector is zero"),
        ({"vector": (1e6, 0)}, "not finite in 16 bits"),
        ({"vector": (float("nan"), 0)}, "not finite"),
        ({"record_id": "good"}, "occurs twice"),
    ],
)
def test_put_batch_with_one_bad_record_writes_nothing(store, stored, bad, says):
    with pytest.raises(InputError, match=says):
        store.put([stored("good"), stored(**{"record_id": "bad", **bad})])
    assert store.counts()[CANDIDATE] == 0


def test_put_that_fails_in_the_database_writes_nothing(store, stored, monkeypatch):
    def failing(name):
        return "SELECT 1 / 0" if name == "add_vectors" else statement(name)

    monkeypatch.setattr(repository, "statement", failing)
    with pytest.raises(StoreError, match="division by zero"):
        store.put([stored("c1")])
    assert rows(store, "SELECT count(*) FROM records") == [(0,)]


def test_vector_without_fingerprint_is_refused(stored):
    with pytest.raises(InputError, match="needs the fingerprint"):
        stored("c1", fingerprint=None)


def test_missing_vectors_are_listed_and_added_once(store, stored):
    store.put([stored("c2", vector=None, fingerprint=None), stored("c1", vector=None, fingerprint=None)])
    assert store.missing_vectors(CANDIDATE, "fp") == ("c1", "c2")
    assert store.put_vectors([stored("c1")]) == 1
    assert store.put_vectors([stored("c1")]) == 0
    assert store.missing_vectors(CANDIDATE, "fp") == ("c2",)
    assert store.missing_vectors(CANDIDATE, "other") == ("c1", "c2")


def test_put_vectors_of_a_text_that_has_changed_are_left_out(store, stored):
    store.put([stored("c1", sha256="2", vector=None, fingerprint=None)])
    assert store.put_vectors([stored("c1", sha256="1")]) == 0
    with pytest.raises(UnknownIdError, match="no candidate c9"):
        store.put_vectors([stored("c9")])


def test_changes_are_numbered_and_written_down_by_id(store, stored):
    store.put([stored("c1", vector=None, fingerprint=None)])
    store.put_vectors([stored("c1")])
    store.put_groups(Groups({"c1": {"sex": "female"}}))
    events = rows(store, "SELECT sequence, action, ids FROM events ORDER BY 1")
    assert events == [(1, "put", ["candidate:c1"]), (2, "put_vectors", ["candidate:c1"]), (3, "put_groups", ["c1"])]


def test_groups_and_applications_are_written_and_replaced(store):
    time = datetime(2026, 1, 2, tzinfo=UTC)
    assert store.put_groups(Groups({})) == 0
    assert store.put_groups(Groups({"c1": {"sex": "female", "age": "40-49"}})) == 2
    store.put_groups(Groups({"c1": {"sex": "undeclared"}}))
    assert rows(store, "SELECT attribute, value FROM groups ORDER BY 1") == [("age", "40-49"), ("sex", "undeclared")]
    store.put_applications([Application("c1", "v1", "new", Outcome.CENSORED, time)])
    store.put_applications([Application("c1", "v1", "hired", Outcome.HIRED, time)])
    assert rows(store, "SELECT candidate_id, status, outcome FROM applications") == [("c1", "hired", "hired")]


def test_applications_come_back_as_they_were_by_candidate_and_time(store):
    time, end = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 9, 8, 30, tzinfo=UTC)
    log = [
        Application("a", "v2", "talent pool", Outcome.TALENT_POOL, None),
        Application("a", "v1", "hired", Outcome.HIRED, time, end),
        Application("b", "v1", "new", Outcome.CENSORED, time),
    ]
    assert store.applications() == ()
    store.put_applications(log[::-1])
    store.put_applications(log)
    assert store.applications() == tuple(log)


@pytest.mark.parametrize("table", ["groups", "applications", "events"])
def test_role_that_ranks_may_not_read(store, table):
    store.put_groups(Groups({"c1": {"sex": "female"}}))
    corpus = store.corpus(CANDIDATE, "fp")
    with (
        pytest.raises(psycopg.Error, match=f"permission denied for table {table}"),
        corpus._connections.begin() as connection,
    ):
        connection.execute("RESET ROLE")  # does not lead back to the owner
        connection.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize("table", ["records", "documents", "embeddings", "tenants"])
def test_role_that_ranks_may_not_write(store, table):
    with pytest.raises(psycopg.Error, match="permission denied"), store._ranking.begin() as connection:
        connection.execute(f"UPDATE {table} SET tenant_id = 'x'")


def test_tenants_never_see_each_other_even_without_a_condition(server, store, stored):
    store.put([stored("c1")])
    with open_store(url=server.url, tenant="stranger") as other:
        for table in ("records", "documents", "embeddings", "tenants", "events"):
            assert rows(other, f"SELECT * FROM {table}") == []
        assert other.counts()[CANDIDATE] == 0
        assert other.corpus(CANDIDATE, "fp").ids() == ()
        other.put([stored("c1", text="Knows rust.")])
        with pytest.raises(psycopg.Error, match="row-level security"), other._ingest.begin() as connection:
            connection.execute(f"INSERT INTO tenants VALUES ('{store._tenant}-2', 1)")
    assert store.get(CANDIDATE, "c1").text == "Knows python and sql."


def test_writers_at_once_lose_nothing_and_write_nothing_twice(store, stored):
    batches = [[stored(f"c{n}", sha256=str(n)) for n in range(start, start + 20)] for start in range(0, 160, 10)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(store.put, batches))
    assert sum(report.added for report in reports) == 170
    assert sum(report.unchanged for report in reports) == 150
    assert rows(store, "SELECT count(*) AS n, count(DISTINCT id) AS ids, max(version) FROM records") == [(170, 170, 1)]
    assert rows(store, "SELECT count(*) FROM embeddings") == [(170,)]


TABLES = ("records", "documents", "embeddings", "groups", "applications", "events")


def filled(store, stored):
    """Two candidates, one with two versions, groups and an application; a vacancy with the same id."""
    store.put([stored("ana", "Knows python and Zürich.", sha256="1")])
    vacancy = Vacancy("ana", "Wanted: a cook", None, Source("v.txt", "text", "9"))
    store.put(
        [stored("ana", "Knows python, lives in Quimper.", sha256="2"), stored("ben"), Stored(vacancy, (), None, None)]
    )
    store.put_groups(Groups({"ana": {"sex": "female"}, "ben": {"sex": "male"}}))
    at = datetime(2024, 1, 1, tzinfo=UTC)
    store.put_applications([Application(name, "ana", "hired", Outcome.HIRED, at) for name in ("ana", "ben")])


def test_remove_leaves_nothing_of_a_record_and_everything_of_the_others(store, stored):
    filled(store, stored)
    [held] = store.holdings(CANDIDATE, ["ana", "nobody"])
    assert (held.id, held.path, held.versions, held.applications, held.groups) == ("ana", "cvs/ana.txt", 2, 1, 1)
    assert len(store.versions(CANDIDATE, ["ana"])) == 2
    store.remove([(CANDIDATE, "ana")])
    left = "\n".join(str(row) for table in TABLES for row in rows(store, f"SELECT * FROM {table}"))
    assert not any(word in left for word in ("Zürich", "Quimper", "quimper", "female", "candidate:ana", "cvs/ana.txt"))
    assert store.counts() == {CANDIDATE: 1, VACANCY: 1}
    assert store.get(VACANCY, "ana").text == "Wanted: a cook"
    assert rows(store, "SELECT candidate_id, vacancy_id FROM applications") == [("ben", "ana")]
    assert rows(store, "SELECT candidate_id FROM groups") == [("ben",)]
    assert store.corpus(CANDIDATE, "fp").ids() == ("ben",)


def test_remove_is_logged_by_hash_and_moves_the_sequence_on(store, stored):
    filled(store, stored)
    [(before,)] = rows(store, "SELECT sequence FROM tenants")
    store.remove([(CANDIDATE, "ana"), (VACANCY, "ana")])
    token = f"sha256-{sha256_of('ana')[:16]}"
    assert rows(store, f"SELECT action, ids FROM events WHERE sequence = {before + 1}") == [
        ("remove", [f"candidate:{token}", f"vacancy:{token}"])
    ]
    assert all("ana" not in ids and "candidate:ana" not in ids for (ids,) in rows(store, "SELECT ids FROM events"))


def test_remove_with_one_unknown_id_removes_nothing(store, stored):
    filled(store, stored)
    before = [rows(store, f"SELECT * FROM {table}") for table in (*TABLES, "tenants")]
    with pytest.raises(UnknownIdError, match="no vacancy with the id 'ben'"):
        store.remove([(CANDIDATE, "ana"), (VACANCY, "ben")])
    assert [rows(store, f"SELECT * FROM {table}") for table in (*TABLES, "tenants")] == before


def test_removed_record_can_come_back_as_a_first_version(store, stored):
    filled(store, stored)
    store.remove([(CANDIDATE, "ana")])
    assert store.put([stored("ana")]) == PutReport(1, 0, 0)
    assert rows(store, "SELECT version FROM records WHERE id = 'ana' AND kind = 'candidate'") == [(1,)]


def test_remove_of_nothing_writes_nothing(store, stored):
    filled(store, stored)
    before = rows(store, "SELECT * FROM events")
    store.remove([])
    assert rows(store, "SELECT * FROM events") == before


def test_remove_reaches_no_other_tenant(server, store, stored):
    filled(store, stored)
    with open_store(url=server.url, tenant="somebody-else") as other, pytest.raises(UnknownIdError):
        other.remove([(CANDIDATE, "ana")])
    assert store.counts() == {CANDIDATE: 2, VACANCY: 1}


def test_relocate_changes_the_source_of_the_same_content_only(store, stored):
    store.put([stored("c1", sha256="1"), stored("c2", sha256="2")])
    store.relocate(
        {
            (CANDIDATE, "c1"): Source("new/ünï.txt", "text", "1"),
            (CANDIDATE, "c2"): Source("new/c2.txt", "text", "other"),
        }
    )
    assert [record.path for record in store.sources()] == ["new/ünï.txt", "cvs/c2.txt"]
    assert store.get(CANDIDATE, "c1").text == stored("c1").record.text
    assert store.list(CANDIDATE)[0].version == 1
