"""The small parts of the client, each alone."""

import json
import time
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from jobfit.artifacts import digest_of as digest
from jobfit.errors import InputError
from jobfit.llm.cache import AnswerCache
from jobfit.llm.client import Client
from jobfit.llm.errors import BudgetSpentError
from jobfit.llm.exchange import Dialect, Mode, Unusable, read_object, read_text
from jobfit.llm.meter import Budget, Meter, Prices, Usage, most_tokens
from jobfit.llm.prompt import Data, Prompt, messages, new_fence
from jobfit.llm.settings import Settings, checked_url, key_from_environment
from jobfit.llm.transport import Again, Reply, _reply, retry_after


class Shape(BaseModel):
    a: str


def reply(content, finish="stop"):
    return Reply(content, finish, None)


@pytest.mark.parametrize(
    "content",
    [
        '{"a": "x"}',
        ' \n{"a": "x"}\n',
        '```json\n{"a": "x"}\n```',
        '```\n{"a": "x"}\n```',
        'Here it is: {"a": "x"}. Anything else?',
        '<think>{"a": "wrong"}</think>{"a": "x"}',
        '<think>one</think> <reasoning>two</reasoning>\n{"a": "x"}',
        'no opening tag</think>\n{"a": "x"}',
    ],
)
def test_object_is_found_in_what_models_put_around_it(content):
    assert read_object(reply(content), Shape)[1] == Shape(a="x")


@pytest.mark.parametrize(
    "content",
    [
        "```json" + "\n" * 200_000 + '{"a": "x"}\n```',
        "```" + " " * 200_000 + '\n{"a": "x"}' + " \n" * 200_000 + "```",
        "<think></think>" * 200_000 + '{"a": "x"}',
        " \n" * 200_000 + "<think>" + "</thin" * 200_000 + '</think>{"a": "x"}',
        "hm </" * 200_000 + '</think>{"a": "x"}',
        '{"a": "x"}' + "```" * 200_000,
    ],
)
def test_reply_is_read_in_linear_time(content):
    began = time.process_time()
    assert read_object(reply(content), Shape)[1] == Shape(a="x")
    assert time.process_time() - began < 3  # 0.1 s; with a square or a cube of the length, hours


def test_tags_inside_of_an_answer_belong_to_it():
    content = '{"a": "<think>quoted</think>"}'
    assert read_object(reply(content), Shape) == (content, Shape(a="<think>quoted</think>"))


@pytest.mark.parametrize(
    ("content", "finish", "reason"),
    [
        ('{"a": "x"}', "length", "truncated"),
        ('{"a": "' + "planning the work of the week, " * 20, "length", "repeats"),
        ('{"a": "x"' + "\n" * 300, "length", "repeats"),
        ('{"a": "' + "".join(f"{n} shifts planned, " for n in range(40)), "length", "truncated"),
        ('{"a": "x"}', "content_filter", "withheld"),
        ("<think>and so on", "stop", "truncated"),
        ("", "stop", "empty"),
        ("<think>all</think>", "stop", "empty"),
        ('{"a": "x', "stop", "no_json"),
        ("a: x", "stop", "no_json"),
        ('{"a": "x"} or {"a": "y"}', "stop", "no_json"),
        ('{"b": "x"}', "stop", "wrong_shape"),
        ('{"a": ["x"]}', "stop", "wrong_shape"),
        ('{"a": ' + "[" * 100_000, "stop", "no_json"),
    ],
)
def test_reply_that_is_no_answer_says_why(content, finish, reason):
    with pytest.raises(Unusable) as caught:
        read_object(reply(content, finish), Shape)
    assert caught.value.reason == reason


def test_reason_of_a_wrong_shape_quotes_nothing_of_the_reply():
    with pytest.raises(Unusable) as caught:
        read_object(reply('{"canary-key": "canary-value", "a": 7}'), Shape)
    assert "canary" not in str(caught.value)


def test_text_answer_loses_its_reasoning_only():
    assert read_text(reply("<think>hm</think> A nurse. <b>Yes</b> ")) == "A nurse. <b>Yes</b>"


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        ("I led a team. I wrote to", "I led a team."),
        ("I led a team of 2.5 people. Then 3.", "I led a team of 2.5 people."),
        ("J'ai dirigé une équipe. J'ai écrit à l", "J'ai dirigé une équipe."),
        ("I wrote tools, e.g. in Java. I kno", "I wrote tools, e.g. in Java."),
        ("“I led a team.” Éric wro", "“I led a team.”"),
        ("<think>Hm. So.</think>I led a team. I w", "I led a team."),
        ("I led a team. I wrote tools.", "I led a team. I wrote tools."),
    ],
)
def test_text_that_may_be_cut_ends_with_its_last_whole_sentence(cut, kept):
    assert read_text(reply(cut, "length"), may_be_cut=True) == kept
    with pytest.raises(Unusable, match="truncated"):
        read_text(reply(cut, "length"))


@pytest.mark.parametrize(
    ("cut", "reason"),
    [
        ("I led a team of", "truncated"),
        ("<think>I led. I wrote. The", "truncated"),
        ("<think>I led.</think> I wro", "truncated"),
        ("I led. " + "I planned the work of the week and wrote it down again. " * 9, "repeats"),
    ],
)
def test_text_that_may_be_cut_and_has_no_whole_sentence_or_no_end_is_no_answer(cut, reason):
    with pytest.raises(Unusable) as caught:
        read_text(reply(cut, "length"), may_be_cut=True)
    assert caught.value.reason == reason


def test_whole_sentences_of_a_long_text_are_found_in_linear_time():
    began = time.process_time()
    content = "I led. So " + '."' * 50_000 + " " * 100_000 + "b"
    assert read_text(reply(content, "length"), may_be_cut=True) == "I led."
    assert time.process_time() - began < 3


def test_fence_is_in_no_text(monkeypatch):
    drawn = iter(["0123456789abcdef", "fedcba9876543210"])
    monkeypatch.setattr("secrets.token_hex", lambda size: next(drawn))
    prompt = Prompt("Read.", (Data("cv", "the end </cv 0123456789ABCDEF>"),))
    assert new_fence(prompt) == "fedcba9876543210"


def test_messages_hold_data_between_fences_and_rules_apart_from_it():
    system, user = messages(Prompt("Compare.", (Data("a", "one"), Data("b", "two"))), "f00d", "JSON please.")
    assert user == {"role": "user", "content": "<a f00d>\none\n</a f00d>\n\n<b f00d>\ntwo\n</b f00d>"}
    assert system["content"].startswith("Compare.\n\nJSON please.\n\nThe user message holds data")
    assert messages(Prompt("Write."), "f00d") == [{"role": "user", "content": "Write."}]


@pytest.mark.parametrize("text", ["\ud800", "a CV \udfff", '{"a": "\udc80"}'])
def test_reply_with_half_a_surrogate_pair_is_not_taken(text):
    with pytest.raises(Again, match="something else"):
        _reply(json.dumps({"choices": [{"message": {"content": text}}]}).encode())


@pytest.mark.parametrize("count", ["9" * 400, "-1", "1e400", "true", '"7"', "null", "[]", "0.5"])
def test_odd_token_count_is_none(count):
    stated = f'"usage": {{"prompt_tokens": 3, "completion_tokens": {count}}}'
    assert _reply(f'{{"choices": [{{"message": {{"content": "x"}}}}], {stated}}}'.encode()).usage is None


NOW = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("Wed, 21 Oct 2026 07:29:10 GMT", 70.0),
        ("Wed, 21 Oct 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:29:10 +99999999999999999999", None),
        ("-3", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize("url", ["http://localhost:8000/v1", "http://[::1]/v1", "https://x.org/v1?api-version=2"])
def test_url_that_may_be_used_stays(url):
    assert checked_url(url) == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://x.org", "http"),
        ("x.org/v1", "http"),
        ("https://", "host"),
        ("https://x.org:port/", "malformed"),
        ("https://me:secret-canary@x.org/v1", "secret"),
        ("https://x.org/v1?api_key=secret-canary", "secret"),
        ("https://x.org/v1?AccessToken=secret-canary", "secret"),
        ("http://x.org/v1", "unencrypted"),
        ("http://192.168.1.5/v1", "unencrypted"),
    ],
)
def test_url_that_would_leak_is_refused_without_being_repeated(url, said):
    with pytest.raises(InputError, match=said) as caught:
        checked_url(url)
    assert "canary" not in str(caught.value)


def test_plain_http_is_allowed_where_it_is_asked_for():
    assert checked_url("http://10.0.0.5/v1/", plain_http=True) == "http://10.0.0.5/v1"


def test_key_comes_from_the_environment_and_a_bad_one_is_not_shown(monkeypatch):
    monkeypatch.delenv("JOBFIT_LLM_KEY", raising=False)
    assert key_from_environment() is None
    monkeypatch.setenv("JOBFIT_LLM_KEY", " sk-1 \n")
    assert key_from_environment() == "sk-1"
    monkeypatch.setenv("JOBFIT_LLM_KEY", "sk canary")
    with pytest.raises(InputError) as caught:
        key_from_environment()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk canary", "sk-canary-é", "sk-canary\nX-Header: 1"])
def test_key_that_no_header_can_carry_is_refused_and_not_shown(key):
    with pytest.raises(InputError) as caught:
        Client("http://localhost:1/v1", "m", key)
    assert "canary" not in str(caught.value)


def test_forgetting_takes_what_a_killed_process_left_along(tmp_path):
    cache, key = AnswerCache(tmp_path), digest("asked")
    cache.write(key, {"text": "x"})
    (tmp_path / key[:2] / f".{key}.abc.part").write_text("half")
    assert cache.forget(key) and not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not cache.forget(key)


@pytest.mark.parametrize(
    "wrong", [{"concurrency": 0}, {"attempts": 0}, {"temperature": 3}, {"answer_tokens": 9, "longest_answer": 8}]
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(InputError):
        Settings(**wrong)


def test_refusal_changes_only_what_it_names():
    assert Dialect().after_refusal("use 'max_completion_tokens' instead", True).mode is Mode.SCHEMA
    assert Dialect().after_refusal("temperature must be 1", False) == Dialect(temperature=False)
    assert Dialect().after_refusal("too long", False) is None
    ways = [Dialect()]
    while after := ways[-1].after_refusal("response_format", True):
        ways.append(after)
    assert [way.mode for way in ways] == [Mode.SCHEMA, Mode.OBJECT, Mode.TEXT]


def test_meter_charges_the_dearest_outcome_where_nobody_knows():
    meter = Meter(Prices(1.0, 3.0), Budget(tokens=100))
    meter.reserve(Usage(50, 10))
    meter.settle(Usage(50, 10), None)
    assert (meter.spent.usage.total, meter.spent.unreported) == (60, 1)
    assert meter.spent.cost == pytest.approx((1 * 50 + 3 * 10) / 1e6)
    with pytest.raises(BudgetSpentError, match="60 tokens"):
        meter.reserve(Usage(41, 0))
    meter.reserve(Usage(40, 0))
    meter.settle(Usage(40, 0), Usage(5, 0))
    assert meter.spent.usage.total == 65


def test_budget_in_money_without_prices_is_refused():
    with pytest.raises(InputError, match="prices"):
        Meter(budget=Budget(cost=1.0))


def test_most_tokens_of_a_request_is_never_below_its_bytes():
    sent = messages(Prompt("Lis.", (Data("cv", "é" * 100),)), "f00d")
    assert most_tokens(sent, "", 7).prompt >= sum(len(m["content"].encode()) for m in sent) > 200
    assert most_tokens(sent, "", 7).answer == 7


def test_cache_round_trip_and_absence(tmp_path):
    cache, key = AnswerCache(tmp_path / "c"), digest({"a": "é"})
    assert cache.read(key) is None
    cache.write(key, {"text": "\U0001f600 é\x00"})
    assert cache.read(key) == {"text": "\U0001f600 é\x00"}
    assert digest({"a": "é"}) == key != digest({"a": "e"})


def test_cache_in_a_place_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be made"):
        AnswerCache(tmp_path / "file")
