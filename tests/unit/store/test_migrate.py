import itertools
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from jobfit.errors import StoreError
from jobfit.store import migrate
from jobfit.store.database import Database
from jobfit.store.migrate import HEAD, upgrade

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


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def test_newest_script_is_the_version_that_upgrade_asks_for():
    config = Config()
    config.set_main_option("script_location", str(migrate.Path(migrate.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_every_table_has_the_tenant_first_in_its_key_and_row_level_security(empty):
    url, run = empty
    upgrade(Database.parse(url))
    first = run(
        "SELECT c.relname, c.relrowsecurity, a.attname FROM pg_class c "
        "LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
        "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
        "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'alembic_version'"
    )
    assert len(first) == 7
    assert {row[1:] for row in first} == {(True, "tenant_id")}


def test_upgrades_at_once_make_the_tables_once(empty):
    url, run = empty
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [Database.parse(url)] * 4))
    assert ("records",) in run(TABLES)
    assert run("SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_upgrade_that_is_interrupted_leaves_nothing_and_can_be_repeated(empty, monkeypatch):
    url, run = empty
    complete = migrate._run_alembic

    def interrupted(connection):
        complete(connection)
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate, "_run_alembic", interrupted)
    with pytest.raises(KeyboardInterrupt):
        upgrade(Database.parse(url))
    assert run(TABLES) == []
    monkeypatch.undo()
    upgrade(Database.parse(url))
    assert ("records",) in run(TABLES)


def test_database_of_a_newer_jobfit_is_refused(empty):
    url, run = empty
    upgrade(Database.parse(url))
    run("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="made by a newer jobfit"):
        upgrade(Database.parse(url))


def test_user_without_rights_gets_the_sql_for_the_administrator_and_it_suffices(empty, monkeypatch):
    url, run = empty
    user = f"plain_{next(_NUMBERS)}"
    run(f"CREATE ROLE {user}")
    run(f"GRANT CREATE ON SCHEMA public TO {user}")
    database = Database.parse(url + f"&options=-c%20role%3D{user}")
    monkeypatch.setattr(Database, "engine", as_given)
    with pytest.raises(StoreError, match="Ask its administrator to run, once:") as caught:
        upgrade(database)
    for statement in str(caught.value).partition("once:\n")[2].split(";"):
        if statement.strip():
            run(statement)
    upgrade(database)
    assert ("records",) in run(TABLES)
    run(f"DROP OWNED BY {user} CASCADE")
    run(f"DROP ROLE {user}")


def as_given(database):
    """Connect with nothing but what the URL says."""
    from sqlalchemy import create_engine

    return create_engine(database.url)
