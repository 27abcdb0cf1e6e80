"""Options made of the fields of a request: names, limits, defaults, groups, and what reaches the use case."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import ClassVar, Literal

import pytest
import typer
from pydantic import Field
from typer.testing import CliRunner

from jobfit.app.wire import Progress, Request, Today
from jobfit.cli.command import Csv, command
from jobfit.errors import InputError


class Group(Request):
    prefix: ClassVar[str] = "llm_"
    model: str | None = Field(None, description="The model.")
    attempts: int = Field(5, ge=1, le=20)


class Order(Request):
    paths: tuple[str, ...]
    k: int = Field(20, ge=1)
    kind: Literal["a", "b"] = "a"
    folder: Path | None = None
    dry_run: bool = False
    mask: bool = True
    today: Today
    llm: Group = Group()


def order(request: Order, progress: Progress) -> Order:
    """Hand the request back.

    Raises:
        InputError: never.
    """
    return request


@pytest.fixture
def call():
    """Run a command with these arguments; the request that it got, or the text and code of its refusal."""
    app, seen = typer.Typer(), []
    app.command()(command(order, seen.append, paths=typer.Argument(), folder=("--in",)))

    def run(*arguments):
        ran = CliRunner().invoke(app, arguments)
        return seen.pop() if ran.exit_code == 0 and seen else (ran.exit_code, ran.output + ran.stderr)

    return run


def test_defaults_are_those_of_the_request_and_count_as_not_set(call):
    request = call("x", "y")
    assert request == Order(paths=("x", "y"), today=datetime.now(UTC).date())
    assert request.model_fields_set == {"paths", "today"} and request.llm.model_fields_set == set()


def test_every_kind_of_field_has_its_option(call):
    request = call(
        "x", "-k", "3", "--kind", "b", "--in", "f", "--dry-run", "--no-mask", "--today", "2026-01-02", "--llm-model",
        "m", "--llm-attempts", "7",
    )  # fmt: skip
    assert request == Order(
        paths=("x",), k=3, kind="b", folder=Path("f"), dry_run=True, mask=False, today=date(2026, 1, 2),
        llm=Group(model="m", attempts=7),
    )  # fmt: skip
    assert request.llm.model_fields_set == {"model", "attempts"}


@pytest.mark.parametrize(
    "arguments",
    [("x", "-k", "0"), ("x", "--llm-attempts", "21"), ("x", "--kind", "c"), ("x", "--no-dry-run"), ()],
)
def test_what_a_field_does_not_allow_is_a_usage_error(call, arguments):
    assert call(*arguments)[0] == 2


def test_what_only_the_request_can_refuse_is_an_input_error():
    class Pair(Request):
        a: int = Field(1, multiple_of=2)

    def pair(request: Pair, progress: Progress) -> None: ...

    with pytest.raises(InputError, match=r"--a: .*multiple of 2"):
        command(pair, print)(a=3)


def test_an_option_that_a_command_does_not_offer_keeps_its_default():
    made = command(order, lambda result: None, k=None)
    names = made.__signature__.parameters
    assert "k" not in names and "llm_model" in names
    given = dict.fromkeys(names) | {"paths": ["x"], "today": datetime(2026, 1, 2)}
    assert made(**given).k == 20


def test_help_and_result_are_those_of_the_use_case():
    made = command(order, print)
    assert made.__doc__ == "Hand the request back." and made.__annotations__["return"] is Order


@pytest.mark.parametrize(("flag", "shown"), [("as_json", '{"paths"'), ("as_csv", "x,20\n")])
def test_result_is_printed_as_asked_before_the_exit_code_of_the_result(capsys, flag, shown):
    def rows(result):
        return f"{result.paths[0]},{result.k}\n"

    made = command(order, print, csv=Csv("As CSV.", rows), leave=lambda result, request: 3)
    given = dict.fromkeys(made.__signature__.parameters) | {"paths": ["x"]}
    with pytest.raises(typer.Exit) as left:
        made(**given | {flag: True, "k": 20})
    assert left.value.exit_code == 3 and capsys.readouterr().out.startswith(shown)
    with pytest.raises(InputError, match="at most one"):
        made(**given | {"as_json": True, "as_csv": True})
