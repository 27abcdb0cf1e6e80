"""Where a model is and how it is asked. The key is not here: it never stands in anything that is printed or kept."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field

from jobfit.errors import InputError
from jobfit.settings import Above0, Count, From0, check_fields

KEY_VARIABLE = "JOBFIT_LLM_KEY"
_SECRETS = ("key", "token", "secret", "sig", "password", "auth")


@dataclass(frozen=True, slots=True)
class Settings:
    """How requests are made.

    answer_tokens:  how long an answer may be; doubled after an answer that was cut, up to ``longest_answer``.
    concurrency:    how many requests may be under way at once.
    attempts:       how often one request is sent before it counts as failed.
    seconds:        how long one request may take from the first byte sent to the last byte read.
    first_wait, longest_wait: seconds before the second attempt (doubled for each further one, times a random factor
        from 0.5 to 1), and the longest wait, ``Retry-After`` included: an endpoint that asks for more is an error.
    plain_http:     whether personal data may travel unencrypted to another machine.
    """

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    answer_tokens: Count = 2048
    longest_answer: Count = 16_384
    concurrency: Count = 4
    attempts: Count = 5
    seconds: Above0 = 120.0
    first_wait: From0 = 1.0
    longest_wait: From0 = 120.0
    plain_http: bool = False

    def __post_init__(self) -> None:
        check_fields(self)
        if self.longest_answer < self.answer_tokens:
            raise InputError(f"longest_answer {self.longest_answer} is below answer_tokens {self.answer_tokens}")
        if self.first_wait > self.longest_wait:
            raise InputError(f"first_wait {self.first_wait} is above longest_wait {self.longest_wait}")


def key_from_environment() -> str | None:
    """Return the key in ``JOBFIT_LLM_KEY``; ``None`` where it is unset or empty (local endpoints need none)."""
    return checked_key(os.environ.get(KEY_VARIABLE))


def checked_key(key: str | None) -> str | None:
    """Return ``key`` without blanks around it; ``InputError``, which does not show it, if no header can carry it."""
    key = (key or "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise InputError(f"the key in {KEY_VARIABLE} holds a blank or a special character; copy it again")
    return key or None


def checked_url(url: str, plain_http: bool = False) -> str:
    """Return ``url`` without a slash at its end and without ``/chat/completions``.

    Raises:
        InputError: it is not an http(s) URL, holds a secret (a user, a password, ``?api_key=``; the message does not
            show it), or would send personal data in the clear to another machine without ``plain_http``.

    >>> checked_url("https://llm.example.org/v1/chat/completions/")
    'https://llm.example.org/v1'
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(f"the URL of the model is malformed: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise InputError("the URL of the model must begin with http:// or https:// and name a host")
    named = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if "@" in parts.netloc or any(secret in name.lower() for name in named for secret in _SECRETS):
        raise InputError(f"the URL of the model holds a secret; put it into {KEY_VARIABLE} instead")
    if parts.scheme == "http" and not is_loopback(host) and not plain_http:
        raise InputError(
            f"http://{host} would carry CVs unencrypted over the network. Use https://, or allow it where the "
            "network is your own (--llm-plain-http)"
        )
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return parts._replace(path=path, fragment="").geturl()


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this machine.

    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("10.0.0.1")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
