import contextlib
import socket
import threading
import time

import psycopg
import pytest

from jobfit.errors import InputError, StoreError
from jobfit.store import database
from jobfit.store.database import Connections, Database
from jobfit.store.repository import open_store

SECRET = "s3cret-pass"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"mysql://ann:{SECRET}@host/db", r"begins with mysql://; it should look like postgresql://"),
        (f"postgresql://ann:{SECRET}@host:port/db", "cannot be read"),
        (f"{SECRET}", "cannot be read"),
        ("", "cannot be read"),
        (f"postgresql://ann:{SECRET}@127.0.0.1:1/db", r"'db' on 127.0.0.1:1: .*failed: .*Check JOBFIT_DATABASE_URL"),
        (f"postgresql://ann:{SECRET}@no-such-host.invalid/db", r"'db' on no-such-host.invalid: "),
        (f"postgresql://no-such-host.invalid/db?password={SECRET}", r"'db' on no-such-host.invalid: "),
    ],
)
def test_wrong_url_is_a_store_error_that_hides_the_password(url, says):
    with pytest.raises(StoreError, match=f"(?s){says}") as caught:
        open_store(url=url)
    shown = f"{caught.value} {caught.value.__cause__}"
    assert SECRET not in shown


def test_environment_names_the_server(monkeypatch):
    monkeypatch.setenv("JOBFIT_DATABASE_URL", "postgresql://127.0.0.1:1/elsewhere")
    with pytest.raises(StoreError, match=r"'elsewhere' on 127\.0\.0\.1:1"):
        open_store()


@pytest.mark.parametrize("tenant", ["", "a b", "x -c role=postgres", "é", "t" * 65])
def test_tenant_that_is_not_a_plain_name_is_refused(server, tenant):
    with pytest.raises(InputError, match="1 to 64 letters"):
        open_store(url=server.url, tenant=tenant)


def test_short_scheme_is_understood():
    assert str(Database.parse("postgres://ann@db.example:6000/jobs")) == "database 'jobs' on db.example:6000"


def test_options_in_the_url_are_kept_and_ours_come_last(server):
    url = f"{server.url}&options=-c%20work_mem%3D8MB%20-c%20role%3Djobfit"
    with contextlib.closing(Database.parse(url).connect("jobfit_ranking", "default")) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("8MB",)
        assert connection.execute("SELECT current_user").fetchone() == ("jobfit_ranking",)


LET_IN = b"R\0\0\0\x08\0\0\0\0"  # AuthenticationOk
READY = b"Z\0\0\0\x05I"  # ReadyForQuery, idle


@pytest.fixture
def silent():
    """Servers that say ``greeting`` to whoever connects, and then nothing, or ``word`` ten times a second for ever.

    Gives a function that starts one.
    """
    opened = []

    def talk(client, word):
        with contextlib.suppress(OSError):
            while word:
                client.sendall(word)
                time.sleep(0.1)

    def serve(listener, greeting, word):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            opened.append(client)
            client.recv(4096)
            client.sendall(greeting)
            threading.Thread(target=talk, args=(client, word), daemon=True).start()

    def start(greeting, word=b""):
        listener = socket.create_server(("127.0.0.1", 0))
        opened.append(listener)
        threading.Thread(target=serve, args=(listener, greeting, word), daemon=True).start()
        return f"postgresql://ann:{SECRET}@127.0.0.1:{listener.getsockname()[1]}/db?sslmode=disable&gssencmode=disable"

    yield start
    for item in opened:
        with contextlib.suppress(OSError):
            item.shutdown(socket.SHUT_RDWR)
        item.close()


NOTICE = b"N\0\0\0\x10SNOTICE\0Mm\0\0"
LONG_NOTICE = b"N\0\x0f\xff\xffS"  # a message of a million bytes, of which one comes at a time


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("greeting", "word"),
    [
        (b"", b""),
        (LET_IN, b""),
        (LET_IN, NOTICE),
        (LET_IN + LONG_NOTICE, b"x"),
        (LET_IN + READY, b""),
        (LET_IN + READY, NOTICE),
        (LET_IN + READY + LONG_NOTICE, b"x"),
    ],
    ids=["deaf", "let in", "let in, talks", "let in, drips", "ready", "ready, talks", "ready, drips"],
)
def test_server_that_never_answers_is_given_up(silent, monkeypatch, greeting, word):
    monkeypatch.setattr(database, "CONNECT_S", 2)
    monkeypatch.setattr(database, "OWNER_S", 1)
    monkeypatch.setattr(database, "_GRACE_S", 1)
    with pytest.raises(
        StoreError, match=r"'db' on 127\.0\.0\.1:\d+: the upgrade failed: .*(not answered|timeout)"
    ) as caught:
        open_store(url=silent(greeting, word))
    assert SECRET not in str(caught.value)


def test_connection_that_the_server_closed_is_replaced(server):
    connections = Connections(Database.parse(server.url), "jobfit_ingest", "default")
    with connections.begin() as connection:
        [pid] = connection.execute("SELECT pg_backend_pid()").fetchone()
    with psycopg.connect(server.url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s)", [pid])
    with connections.begin() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    connections.close()


def test_statement_beyond_its_time_is_cancelled_by_the_server(server, monkeypatch):
    monkeypatch.setattr(database, "STATEMENT_S", 1)
    connections = Connections(Database.parse(server.url), "jobfit_ranking", "default")
    with pytest.raises(psycopg.errors.QueryCanceled), connections.begin() as connection:
        connection.execute("SELECT pg_sleep(30)")
    connections.close()
