import itertools
import json
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from jobfit.errors import StoreError
from jobfit.records import Kind
from jobfit.store import migrate
from jobfit.store.database import Database
from jobfit.store.migrate import migrations, upgrade
from jobfit.store.repository import open_store

_NUMBERS = itertools.count(1)


@pytest.fixture
def empty(server):
    """A new, empty database on the server, and a function that runs a statement in it as its owner."""
    name = f"empty_{next(_NUMBERS)}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = server.url.replace("/postgres?", f"/{name}?")

    def run(statement):
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else None

    yield url, run
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name}")


APPLIED = "SELECT number, sha256 FROM jobfit_migrations ORDER BY 1"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def test_scripts_are_numbered_without_a_gap():
    assert [migration.number for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_every_table_has_the_tenant_first_in_its_key_and_row_level_security(empty):
    url, run = empty
    upgrade(Database.parse(url))
    first = run(
        "SELECT c.relname, c.relrowsecurity, a.attname FROM pg_class c "
        "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
        "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
        "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'jobfit_migrations'"
    )
    assert len(first) == 7
    assert {row[1:] for row in first} == {(True, "tenant_id")}


def test_upgrades_at_once_make_the_tables_once(empty):
    url, run = empty
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [Database.parse(url)] * 4))
    assert ("records",) in run(TABLES)
    assert run(APPLIED) == [(migration.number, migration.sha256) for migration in migrations()]


def test_upgrade_that_is_interrupted_leaves_nothing_and_can_be_repeated(empty, monkeypatch):
    url, run = empty
    complete = migrate._apply

    def interrupted(*arguments):
        complete(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate, "_apply", interrupted)
    with pytest.raises(KeyboardInterrupt):
        upgrade(Database.parse(url))
    assert run(TABLES) == []
    monkeypatch.undo()
    upgrade(Database.parse(url))
    assert ("records",) in run(TABLES)


def test_database_of_a_newer_jobfit_is_refused(empty):
    url, run = empty
    upgrade(Database.parse(url))
    run("INSERT INTO jobfit_migrations VALUES (9999, 'later', '')")
    with pytest.raises(StoreError, match="made by a newer jobfit"):
        upgrade(Database.parse(url))


def test_database_made_by_another_text_of_a_script_is_refused(empty):
    url, run = empty
    upgrade(Database.parse(url))
    run("UPDATE jobfit_migrations SET sha256 = 'other' WHERE number = 1")
    with pytest.raises(StoreError, match="applied with another text"):
        upgrade(Database.parse(url))


def test_migration_that_is_missing_is_applied_and_the_others_are_not_repeated(empty, monkeypatch):
    url, run = empty
    upgrade(Database.parse(url))
    number = len(migrations()) + 1
    later = migrate.Migration(number, "later", "abc", "CREATE TABLE later (n integer)")
    complete = (*migrations(), later)
    monkeypatch.setattr(migrate, "migrations", lambda: complete)
    upgrade(Database.parse(url))
    assert run(APPLIED)[-1] == (number, "abc")
    assert run("SELECT * FROM later") == []


def test_database_that_alembic_left_is_taken_over_with_its_rows(empty, stored):
    url, run = empty
    with open_store(url=url) as store:
        store.put([stored("c1")])
    run("DROP TABLE jobfit_migrations")
    run("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)")
    run("INSERT INTO alembic_version VALUES ('0001')")
    with open_store(url=url) as store:
        assert store.get(Kind.CANDIDATE, "c1") == stored("c1").record
        assert store.put([stored("c1")]).unchanged == 1
    assert run(APPLIED) == [(migration.number, migration.sha256) for migration in migrations()]
    [(left,)] = run("SELECT version_num FROM alembic_version")
    assert left > "0001"  # which is how the jobfit that made it tells a newer one


def test_database_of_an_unknown_alembic_version_is_left_alone(empty):
    url, run = empty
    run("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)")
    run("INSERT INTO alembic_version VALUES ('0007')")
    with pytest.raises(StoreError, match="'0007'"):
        upgrade(Database.parse(url))
    assert run(TABLES) == [("alembic_version",)]


def test_user_without_rights_gets_the_sql_for_the_administrator_and_it_suffices(empty):
    url, run = empty
    user = f"plain_{next(_NUMBERS)}"
    run(f"CREATE ROLE {user}")
    run(f"GRANT CREATE ON SCHEMA public TO {user}")
    database = Database.parse(url + f"&options=-c%20role%3D{user}")
    with pytest.raises(StoreError, match="Ask its administrator to run, once:") as caught:
        upgrade(database)
    for statement in str(caught.value).partition("once:\n")[2].split(";"):
        if statement.strip():
            run(statement)
    upgrade(database)
    assert ("records",) in run(TABLES)
    run(f"DROP OWNED BY {user} CASCADE")
    run(f"DROP ROLE {user}")


def test_positions_of_an_earlier_store_are_opened_and_their_claims_kept(empty, monkeypatch):
    """Profiles as jobfit wrote them before a total was computed on the day of matching."""
    url, run = empty
    first, second = migrations()[:2]
    monkeypatch.setattr(migrate, "migrations", lambda: (first,))
    upgrade(Database.parse(url))
    held = {"title": {"value": "Cook"}, "start": "2019-07", "end": "2024-05", "current": True,
            "evidence": {"text": "2019 - now", "start": 0, "end": 10}, "widest": ["2019-01", "2024-05"]}  # fmt: skip
    left = {**held, "start": "2016-03", "end": "2018-06", "current": False, "widest": ["2016-03", "2018-06"],
            "evidence": {"text": "03/2016 - 06/2018", "start": 20, "end": 37}}  # fmt: skip
    claim = {"value": {"months": 120, "at_most": None}, "evidence": {"text": "10 years", "start": 40, "end": 48}}
    summed = {"value": {"months": 59, "at_most": 65}, "evidence": held["evidence"]}
    profiles = {
        "claims": {"experiences": [held, left], "experience": claim, "skills": []},
        "sums": {"experiences": [held], "experience": summed, "skills": []},
        "silent": {"experiences": [], "experience": None, "skills": []},
    }
    run("INSERT INTO tenants VALUES ('default', 1)")
    for record_id, profile in profiles.items():
        run(
            "INSERT INTO records (tenant_id, kind, id, version, current, content_sha256, source, flags, text, profile) "
            f"VALUES ('default', 'candidate', '{record_id}', 1, true, 'x', '{{}}', '{{}}', 't', "
            f"'{json.dumps(profile)}')"
        )
    monkeypatch.setattr(migrate, "migrations", lambda: (first, second))
    upgrade(Database.parse(url))
    found = dict(run("SELECT id, profile FROM records"))
    opened = {**held, "end": None, "widest": ["2019-01", None]}
    claimed = {"value": 120, "evidence": claim["evidence"]}
    assert found == {
        "claims": {"experiences": [opened, left], "claimed_months": claimed, "skills": []},
        "sums": {"experiences": [opened], "claimed_months": None, "skills": []},
        "silent": {"experiences": [], "claimed_months": None, "skills": []},
    }
