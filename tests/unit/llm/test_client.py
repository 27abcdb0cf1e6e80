"""The client against a server that misbehaves."""

import logging
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from jobfit.errors import InputError
from jobfit.llm.client import Ask, Client
from jobfit.llm.errors import AnswerError, BudgetSpentError, EndpointError
from jobfit.llm.exchange import Dialect, Mode
from jobfit.llm.meter import Budget, Meter, Prices, Usage
from jobfit.llm.prompt import Data, Prompt
from jobfit.llm.settings import Settings

QUICK = Settings(first_wait=0.001, seconds=5, attempts=3, concurrency=2)
KEY = "sk-canary-0123456789"


class Item(BaseModel):
    quote: str
    value: str


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")
    skills: list[Item]


def prompt(text="Java"):
    return Prompt('Copy.\n- "skills": skills', (Data("cv", text),))


@pytest.fixture
def client(llm_server, tmp_path):
    made = []

    def make(settings=QUICK, *, cache=True, **options):
        made.append(
            Client(llm_server.url, "m", KEY, cache=tmp_path / "cache" if cache else None, settings=settings, **options)
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


def modes(server):
    return [body.get("response_format", {}).get("type", "text") for body in server.requests]


def test_answer_comes_in_the_shape_asked_for(client, llm_server):
    completion = client().complete(prompt(), Shape)
    assert completion.value == Shape(skills=[Item(quote="Java", value="Java")])
    [body] = llm_server.requests
    assert body["response_format"]["json_schema"]["schema"] == Shape.model_json_schema()
    assert (body["model"], body["temperature"], body["stream"]) == ("m", 0, False)


def test_answer_without_a_shape_is_text_and_asks_for_no_format(client, llm_server):
    llm_server.model = lambda messages, fields: "A nurse of ten years."
    completion = client().complete(Prompt("Write a CV."))
    assert (completion.text, completion.value) == ("A nurse of ten years.", None)
    assert modes(llm_server) == ["text"]


@pytest.mark.parametrize(
    "behaviour",
    [
        *("status:429", "status:429,0", "status:500", "status:503", "status:408", "status:529"),
        *("torn", "truncated", "wrong", "prose", "nothing", "reset", "html"),
    ],
)
def test_failure_that_passes_is_asked_again(client, llm_server, behaviour):
    llm_server.script = [behaviour]
    assert client().complete(prompt(), Shape).value.skills[0].value == "Java"
    assert modes(llm_server) == ["json_schema", "json_schema"]


@pytest.mark.parametrize("behaviour", ["reasoning", "fenced", "uncounted"])
def test_answer_that_is_wrapped_is_unwrapped(client, llm_server, behaviour):
    llm_server.otherwise = behaviour
    completion = client().complete(prompt(), Shape)
    assert completion.value.skills[0].value == "Java"
    assert completion.text.startswith("{") and len(llm_server.requests) == 1


def test_answer_that_was_cut_is_asked_again_with_twice_the_room(client, llm_server):
    llm_server.script = ["truncated", "truncated"]
    client(Settings(first_wait=0.001, answer_tokens=100, longest_answer=150)).complete(prompt(), Shape)
    assert [body["max_tokens"] for body in llm_server.requests] == [100, 150, 150]


def test_text_of_which_the_beginning_will_do_is_cut_kept_and_known_by_its_length(client, llm_server):
    llm_server.model = lambda messages, fields: "I led a team. I wrote to everybody about it"
    llm_server.otherwise = "truncated"  # half of it: "I led a team. I wrote"
    one, asked = client(Settings(answer_tokens=900)), Ask(Prompt("Write a CV."), most=70)
    estimate = one.estimate([asked]).at_most.answer
    [first], [again] = one.map([asked]), one.map([asked])
    assert first.text == again.text == "I led a team." and (first.from_cache, again.from_cache) == (False, True)
    [longer] = one.map([replace(asked, most=80)])
    assert not longer.from_cache and [body["max_tokens"] for body in llm_server.requests] == [70, 80]
    assert estimate == 70
    [whole] = client(Settings(answer_tokens=50, longest_answer=50, attempts=2)).map([replace(asked, most=None)])
    assert isinstance(whole, AnswerError) and whole.reason == "truncated"


def test_answer_that_goes_round_in_circles_is_not_given_more_room(client, llm_server):
    llm_server.otherwise = "circling"
    with pytest.raises(AnswerError) as caught:
        client().complete(prompt(), Shape)
    assert (caught.value.reason, len(llm_server.requests)) == ("repeats", 1)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        *(("truncated", "truncated"), ("torn", "no_json"), ("wrong", "wrong_shape"), ("nothing", "empty")),
        *(("html", "no_reply"), ("status:500", "no_reply"), ("reset", "no_reply")),
        *(("status:400", "refused"), ("status:413", "refused")),
    ],
)
def test_failure_that_stays_is_an_error_of_that_request_and_is_not_kept(client, llm_server, behaviour, reason):
    llm_server.otherwise = behaviour
    one = client()
    with pytest.raises(AnswerError) as caught:
        one.complete(prompt(), Shape)
    assert caught.value.reason == reason
    llm_server.otherwise = "good"
    assert not one.complete(prompt(), Shape).from_cache


@pytest.mark.parametrize("status", [401, 402, 403, 404, 405, 418])
def test_status_that_no_retry_mends_ends_at_once(client, llm_server, status):
    llm_server.otherwise = f"status:{status}"
    with pytest.raises(EndpointError):
        client().complete(prompt(), Shape)
    assert len(llm_server.requests) == 1


def test_endpoint_that_is_not_there_is_named_and_ends_everything(tmp_path):
    with Client("http://127.0.0.1:9/v1", "m", settings=QUICK) as nowhere, pytest.raises(EndpointError, match="reached"):
        nowhere.complete(prompt(), Shape)


def test_endpoint_that_never_replies_counts_as_down_after_five_requests(client, llm_server):
    llm_server.otherwise = "status:500"
    settings = Settings(first_wait=0, attempts=1, concurrency=1)
    with pytest.raises(EndpointError):
        list(client(settings).map(Ask(Prompt("Write.", (Data("cv", str(i)),))) for i in range(50)))
    assert len(llm_server.requests) <= 8  # some may be under way when the fifth has failed


@pytest.mark.parametrize("concurrency", [1, 4])
def test_slow_model_ends_the_run_early_and_says_what_helps(client, llm_server, concurrency):
    llm_server.delay = 1.0
    settings = Settings(first_wait=0, seconds=0.1, attempts=5, concurrency=concurrency)
    began = time.monotonic()
    with pytest.raises(EndpointError, match=r"too slow.*--llm-timeout"):
        list(client(settings).map(Ask(prompt(str(i)), Shape) for i in range(50)))
    assert time.monotonic() - began < 3 and len(llm_server.requests) <= 2 * concurrency + 2


def test_one_slow_answer_among_others_is_a_failure_of_its_own(client, llm_server):
    llm_server.script = ["good", "slow:1", "slow:1"]
    settings = Settings(first_wait=0, seconds=0.3, attempts=5, concurrency=1)
    answers = list(client(settings).map(Ask(prompt(str(i)), Shape) for i in range(4)))
    assert [isinstance(answer, AnswerError) for answer in answers] == [False, True, False, False]
    assert answers[1].reason == "no_reply"


@pytest.mark.parametrize(
    "said", ["This model's maximum context length is 8192 tokens", "the request exceeds the available context size"]
)
def test_prompt_over_the_context_is_named_and_asked_once(client, llm_server, said):
    llm_server.otherwise = f"refuse:{said}"
    with pytest.raises(AnswerError, match="longer than the model's context") as caught:
        client().complete(prompt(), Shape)
    assert caught.value.reason == "too_long" and len(llm_server.requests) == 1


def test_model_that_the_endpoint_does_not_list_is_refused_before_anything_is_sent(client, llm_server):
    llm_server.models = ("other:latest", "one-more")
    with pytest.raises(EndpointError, match="does not serve 'm' but 'other:latest', 'one-more'"):
        client().complete(prompt(), Shape)
    assert not llm_server.requests
    llm_server.models = ("m:latest",)
    assert client().complete(prompt(), Shape).value


def test_interrupt_ends_at_once(llm_server, tmp_path):
    """Ctrl-C: what is under way is not waited for."""
    llm_server.delay = 20
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # the tests may run without it
        "from jobfit.llm.client import Ask, Client; from jobfit.llm.prompt import Data, Prompt\n"
        f"client = Client({llm_server.url!r}, 'm')\n"
        "list(client.map(Ask(Prompt('Copy.', (Data('cv', str(i)),))) for i in range(8)))"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) as process:
        while not llm_server.requests:
            time.sleep(0.01)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in process.communicate(timeout=10)[1]
    assert time.monotonic() - began < 5


def test_fields_are_written_in_the_order_of_the_shape(client, llm_server):
    """A quote before the value: what enforces a schema makes the model write in its order."""

    class Ordered(BaseModel):
        quote: str
        level: str
        a: str

    llm_server.model = lambda messages, fields: '{"quote": "q", "level": "l", "a": "a"}'
    client().complete(Prompt("Copy.", (Data("cv", "x"),)), Ordered)
    schema = llm_server.requests[0]["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == ["quote", "level", "a"]


def test_estimate_takes_the_length_that_the_caller_knows(client):
    ask = Ask(prompt("Java " * 1000), Shape)
    estimates = [client().estimate([each]).about.answer for each in (ask, replace(ask, tokens=40))]
    assert estimates[0] > 1000 and estimates[1] == 40


def test_redirect_is_not_followed(client, llm_server):
    llm_server.otherwise = f"redirect:{llm_server.url}/elsewhere"
    with pytest.raises(EndpointError, match="redirect"):
        client().complete(prompt(), Shape)
    assert len(llm_server.requests) == 1


def test_retry_after_is_kept_to(client, llm_server):
    llm_server.script = ["status:429,0.3"]
    started = time.monotonic()
    client().complete(prompt(), Shape)
    assert time.monotonic() - started >= 0.3


def test_retry_after_beyond_the_longest_wait_is_an_error(client, llm_server):
    llm_server.script = ["status:429,3600"]
    with pytest.raises(EndpointError, match="3600 s"):
        client().complete(prompt(), Shape)


@pytest.mark.parametrize("behaviour", ["slow:5", "drip:60", "headers:200", "continue:200", "endless:200"])
def test_slow_reply_is_given_up_and_asked_for_again(client, llm_server, behaviour):
    llm_server.script = [behaviour]
    started = time.monotonic()
    assert client(Settings(first_wait=0.001, seconds=0.8)).complete(prompt(), Shape).value
    assert time.monotonic() - started < 4
    assert len(llm_server.requests) == 2


@pytest.mark.parametrize("behaviour", ["headers:200", "continue:200"])
def test_list_of_models_that_drips_is_given_up(client, llm_server, behaviour):
    llm_server.listing = behaviour
    started = time.monotonic()
    assert client(Settings(first_wait=0, seconds=0.5)).complete(prompt(), Shape).value
    assert time.monotonic() - started < 4


def test_connection_that_was_cut_leaves_the_others_alone(client, llm_server):
    llm_server.script = ["good", *["headers:200", "slow:0.4"] * 3]
    answers = client(Settings(first_wait=0, seconds=0.7, concurrency=6)).map(
        Ask(prompt(f"{n}"), Shape) for n in range(7)
    )
    assert [answer.value.skills[0].value for answer in answers] == [f"{n}" for n in range(7)]


@pytest.mark.parametrize(
    ("ways", "tried"),
    [
        ("json_schema,json_object,text", ["json_schema"]),
        ("json_object,text", ["json_schema", "json_object"]),
        ("text", ["json_schema", "json_object", "text"]),
    ],
)
def test_best_way_that_the_endpoint_takes_is_found_and_remembered(client, llm_server, ways, tried):
    llm_server.otherwise = f"only:{ways}"
    one = client()
    one.complete(prompt("a"), Shape)
    one.complete(prompt("b"), Shape)
    assert modes(llm_server) == [*tried, tried[-1]]
    client().complete(prompt("c"), Shape)  # another process: it reads the way from disk
    assert modes(llm_server) == [*tried, tried[-1], tried[-1]]
    asked = llm_server.requests[-1]["messages"][0]["content"]
    assert ("JSON schema" in asked) == (tried[-1] != "json_schema")


def test_way_that_is_taken_and_not_kept_to_is_left(client, llm_server):
    llm_server.otherwise = "ignore"
    one = client()
    assert one.complete(prompt(), Shape).value
    assert one.dialect == Dialect(Mode.OBJECT)


def test_one_bad_answer_does_not_lower_the_way_once_it_has_worked(client, llm_server):
    one = client(Settings(first_wait=0.001, attempts=6))
    one.complete(prompt("a"), Shape)
    llm_server.script = ["wrong", "prose", "wrong", "status:500", "status:500"]
    one.complete(prompt("b"), Shape)
    assert set(modes(llm_server)) == {"json_schema"}


def test_names_of_newer_models_are_found(client, llm_server):
    llm_server.otherwise = "modern"
    one = client()
    assert one.complete(prompt("a"), Shape).value
    assert one.dialect == Dialect(limit_name="max_completion_tokens", temperature=False)
    one.complete(prompt("b"), Shape)
    assert len(llm_server.requests) == 3 + 1


def test_requests_wait_until_the_first_has_shown_the_way(client, llm_server):
    llm_server.otherwise = "only:text"
    asks = [Ask(prompt(str(i)), Shape) for i in range(6)]
    assert all(not isinstance(c, AnswerError) for c in client(Settings(concurrency=6)).map(asks))
    assert modes(llm_server).count("json_schema") == 1


def test_requests_do_not_wait_where_an_earlier_run_has_found_the_way(client, llm_server):
    """A slow model that rambles keeps a first request for minutes: that of every new run would be asked alone."""
    client().complete(prompt("an earlier run"), Shape)
    four = threading.Barrier(4, timeout=20)

    def model(messages, fields):
        four.wait()
        return llm_server.echo(messages, fields)

    llm_server.model = model
    answers = client(Settings(concurrency=4)).map([Ask(prompt(str(i)), Shape) for i in range(4)])
    assert all(not isinstance(answer, AnswerError) for answer in answers)


def test_concurrency_is_bounded_and_used(client, llm_server):
    three, met = threading.Barrier(3, timeout=20), []

    def model(messages, fields):
        if len(llm_server.requests) > 1 and not met:  # the first is asked alone
            met.append(three.wait())
        return llm_server.echo(messages, fields)

    llm_server.model = model
    settings = Settings(concurrency=3)
    one = client(settings)
    answers = list(one.map([Ask(prompt(str(i)), Shape) for i in range(20)]))
    assert [a.value.skills[0].value for a in answers] == [str(i) for i in range(20)]
    assert llm_server.most_at_once == 3


def test_concurrency_is_bounded_over_threads_of_the_caller(client, llm_server):
    llm_server.delay = 0.02
    one = client(Settings(concurrency=2))
    threads = [threading.Thread(target=one.complete, args=(prompt(str(i)), Shape)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert llm_server.most_at_once <= 2 and len(llm_server.requests) == 8


def test_equal_requests_at_once_are_one(client, llm_server):
    llm_server.delay = 0.02
    answers = list(client(Settings(concurrency=4)).map([Ask(prompt(), Shape)] * 8))
    assert len(llm_server.requests) == 1
    assert sum(not a.from_cache for a in answers) == 1


def test_one_failure_in_a_map_leaves_the_others(client, llm_server):
    def model(messages, fields):
        return "" if "bad" in llm_server.data_of(messages) else llm_server.echo(messages, fields)

    llm_server.model = model
    one, bad, three = client().map([Ask(prompt(t), Shape) for t in ("good", "bad", "fine")])
    assert (one.value.skills[0].value, three.value.skills[0].value) == ("good", "fine")
    assert isinstance(bad, AnswerError) and bad.reason == "empty"


def test_answer_that_was_kept_is_not_asked_for_again(client, llm_server):
    client().complete(prompt(), Shape)
    again = client().complete(prompt(), Shape)
    assert again.from_cache and again.value.skills[0].value == "Java"
    assert len(llm_server.requests) == 1


class Other(BaseModel):
    skills: list[Item]
    note: str = ""


@pytest.mark.parametrize(
    ("changed", "settings", "model"),
    [
        (Ask(prompt("Go"), Shape), QUICK, "m"),
        (Ask(Prompt('Now.\n- "skills": skills', prompt().data), Shape), QUICK, "m"),
        (Ask(prompt(), Other), QUICK, "m"),
        (Ask(prompt(), Shape), Settings(temperature=0.5), "m"),
        (Ask(prompt(), Shape), QUICK, "m2"),
    ],
)
def test_another_text_prompt_shape_parameter_or_model_is_another_answer(llm_server, tmp_path, changed, settings, model):
    with Client(llm_server.url, "m", cache=tmp_path / "c", settings=QUICK) as one:
        one.complete(prompt(), Shape)
    with Client(llm_server.url, model, cache=tmp_path / "c", settings=settings) as two:
        assert not two.complete(changed.prompt, changed.shape).from_cache


@pytest.mark.parametrize("damage", ["", "{", '{"key": "x"}', "null", "\x00" * 50, "[" * 100_000, "flip"])
def test_kept_answer_that_is_damaged_is_asked_for_again_and_replaced(client, llm_server, tmp_path, damage):
    client().complete(prompt(), Shape)
    [path] = [p for p in (tmp_path / "cache").rglob("*.json") if "Java" in p.read_text()]
    path.write_text(path.read_text().replace("Java", "Kava") if damage == "flip" else damage)
    assert client().complete(prompt(), Shape).value.skills[0].value == "Java"
    assert len(llm_server.requests) == 2
    assert client().complete(prompt(), Shape).from_cache


def test_cache_is_for_its_owner_only_and_holds_no_part_of_a_file(client, tmp_path):
    client().complete(prompt(), Shape)
    inside = list((tmp_path / "cache").rglob("*"))
    assert {p.stat().st_mode & 0o777 for p in inside if p.is_file()} == {0o600}
    assert {p.stat().st_mode & 0o777 for p in [tmp_path / "cache", *inside] if p.is_dir()} == {0o700}
    assert not [p for p in inside if p.is_file() and p.suffix != ".json"]


def test_cache_that_others_may_write_is_refused(client, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    with pytest.raises(InputError, match="others"):
        client()


def test_forget_erases_the_answer(client, llm_server, tmp_path):
    one = client()
    one.complete(prompt(), Shape)
    assert (one.forget([Ask(prompt(), Shape)]), one.forget([Ask(prompt(), Shape)])) == (1, 0)
    assert not [p for p in (tmp_path / "cache").rglob("*.json") if "Java" in p.read_text()]
    assert not one.complete(prompt(), Shape).from_cache


def test_key_is_sent_and_stands_nowhere_else(client, llm_server, tmp_path, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    llm_server.script = ["status:500", "status:429", "wrong"]
    one = client(Settings(first_wait=0.001, attempts=9))
    one.complete(prompt("canary-text"), Shape)
    assert {headers["Authorization"] for headers in llm_server.headers} == {f"Bearer {KEY}"}
    errors = []
    for behaviour in ("status:401", "status:400", "status:413", "status:500", "html", "reset"):
        llm_server.otherwise = behaviour
        with pytest.raises((AnswerError, EndpointError)) as caught:
            client().complete(prompt(f"canary-text {behaviour}"), Shape)
        errors.append(str(caught.value) + repr(caught.value))
    out, err = capfd.readouterr()
    told = [*errors, out, err, caplog.text, repr(one), repr(vars(one)), repr(one.settings)]
    assert not any(KEY in text for text in told)
    assert not any("canary-text" in text for text in told)  # nor what was sent
    files = [path for path in Path(tmp_path).rglob("*") if path.is_file()]
    assert files and not any(KEY.encode() in path.read_bytes() for path in files)


def test_fences_are_new_for_each_request(client, llm_server):
    one = client()
    for text in ("a", "b", "c"):
        one.complete(prompt(text), Shape)
    fences = {body["messages"][1]["content"].split(">")[0] for body in llm_server.requests}
    assert len(fences) == 3


def test_budget_stops_before_the_request_that_might_pass_it(client, llm_server):
    settings = Settings(answer_tokens=100, concurrency=1)
    meter = Meter(budget=Budget(tokens=2_000))
    one = client(settings, meter=meter)
    with pytest.raises(BudgetSpentError, match="2,000 tokens"):
        list(one.map([Ask(prompt(str(i)), Shape) for i in range(100)]))
    spent = meter.spent
    assert 0 < spent.requests == len(llm_server.requests) < 100
    assert spent.usage.total <= 2_000
    more = client(settings, meter=Meter())
    list(more.map([Ask(prompt(str(i)), Shape) for i in range(100)]))
    assert len(llm_server.requests) == 100 and more.spent.from_cache == spent.requests


def test_budget_holds_with_many_requests_at_once(client, llm_server):
    llm_server.delay = 0.01
    meter = Meter(Prices(1e6 / 1000, 0), Budget(cost=1.0))  # 1 for 1,000 tokens sent
    one = client(Settings(answer_tokens=10, concurrency=8), meter=meter)
    with pytest.raises(BudgetSpentError, match="cost of 1"):
        list(one.map([Ask(prompt(str(i)), Shape) for i in range(100)]))
    sent = sum(sum(len(m["content"]) for m in body["messages"]) // 4 for body in llm_server.requests)
    assert meter.spent.cost == pytest.approx(sent / 1000) and 0.2 < meter.spent.cost <= 1.0


def test_meter_counts_what_the_endpoint_reports(client, llm_server):
    meter = Meter(Prices(2.0, 10.0))
    client(meter=meter).complete(prompt(), Shape)
    sent = sum(len(m["content"]) for m in llm_server.requests[0]["messages"]) // 4
    answered = len('{"skills": [{"quote": "Java", "value": "Java"}]}') // 4
    assert meter.spent.usage == Usage(sent, answered)
    assert meter.spent.cost == pytest.approx((2 * sent + 10 * answered) / 1e6)


def test_estimate_sends_nothing_and_leaves_out_what_is_kept(client, llm_server):
    one = client(meter=Meter(Prices(1.0, 1.0)))
    one.complete(prompt("known"), Shape)
    asks = [Ask(prompt(t), Shape) for t in ("known", "new", "other", "new")]
    estimate = one.estimate(asks)
    assert len(llm_server.requests) == 1
    assert (estimate.requests, estimate.from_cache) == (2, 2)
    list(one.map(asks))
    used = one.spent.usage
    assert estimate.about.prompt > 0 and estimate.at_most.total * 2 > used.total > estimate.about.prompt / 4
    assert estimate.cost_at_most == pytest.approx(estimate.at_most.total / 1e6)


def test_map_left_early_asks_no_more(client, llm_server):
    llm_server.delay = 0.01
    answers = client(Settings(concurrency=2)).map(Ask(prompt(str(i)), Shape) for i in range(1000))
    next(answers)
    answers.close()
    asked = len(llm_server.requests)
    time.sleep(0.05)
    assert len(llm_server.requests) <= asked + 2 < 20  # what two threads had begun
