import pytest

from jobfit.errors import InputError, StoreError
from jobfit.store.database import Database
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
