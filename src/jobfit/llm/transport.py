"""One HTTP request and what its outcome means. No retries here, and nothing here knows what is asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2

from jobfit.errors import InputError
from jobfit.llm.errors import EndpointError
from jobfit.llm.meter import Usage
from jobfit.llm.settings import Settings, is_loopback

_LARGEST = 8 * 2**20  # bytes of a reply, decompressed
_MOST_TOKENS = 10**9  # that an endpoint may say it counted
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_HINT = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint sent: the ``content``, why it stopped (``finish``) and the tokens it counted."""

    content: str
    finish: str = "stop"
    usage: Usage | None = None


class Again(Exception):
    """A failure that may pass.

    ``status``: the HTTP status, 0 where none came. ``wait``: seconds that the endpoint asks for. ``charged``: the
    request may have been paid for. ``timeout``: it was given up because it took too long.
    """

    def __init__(
        self,
        what: str,
        *,
        status: int = 0,
        wait: float | None = None,
        charged: bool = False,
        timeout: bool = False,
    ) -> None:
        super().__init__(what)
        self.status = status
        self.wait = wait
        self.charged = charged
        self.timeout = timeout

    @property
    def unreachable(self) -> bool:
        """Whether every request would fail this way: nothing listens there, or it is too busy."""
        return self.status == 429 or (self.status == 0 and not self.charged)


class Refused(Exception):
    """The endpoint understood and does not want this request (400, 413, 422).

    ``hint`` is what it said, in lower case; it may quote what was sent, so it is only searched and never shown.
    """

    def __init__(self, status: int, hint: str) -> None:
        super().__init__(f"HTTP {status}")
        self.hint = hint


class Transport:
    """Sends bodies to ``{url}/chat/completions``. Safe to share between threads.

    Proxies of the environment serve every host but this machine.
    """

    def __init__(self, url: str, key: str | None, settings: Settings) -> None:
        parts = urlsplit(url)
        self._url = parts._replace(path=parts.path + "/chat/completions").geturl()
        self._models_url = parts._replace(path=parts.path + "/models").geturl()
        self._host = urlsplit(url).hostname or ""
        self._seconds = settings.seconds
        self._options: dict[str, Any] = {
            "headers": {"Authorization": f"Bearer {key}"} if key else {},
            "timeout": httpx2.Timeout(settings.seconds, connect=min(settings.seconds, 15.0)),
            "follow_redirects": False,  # a redirect would carry CVs and key to somewhere nobody named
            "trust_env": not is_loopback(self._host),
            "verify": _certificates(),
        }
        self._idle: deque[_Channel] = deque()
        try:
            self._idle.append(_Channel(self._options))
        except ValueError:  # its message may hold a proxy's password
            raise InputError("the proxy settings of the environment (HTTPS_PROXY, ...) cannot be used") from None

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def models(self) -> tuple[str, ...]:
        """Return the names of the models that the endpoint lists; none where it does not say."""
        seconds = min(self._seconds, 10.0)
        try:
            with self._channel() as channel:
                response, content = channel.fetch("GET", self._models_url, seconds, timeout=seconds)
            listed = json.loads(content)["data"] if response.status_code == 200 else []
            return tuple(str(entry["id"]) for entry in listed)
        except (httpx2.HTTPError, Again, ValueError, KeyError, TypeError, RecursionError):
            return ()

    def send(self, body: dict[str, Any]) -> Reply:
        """Return the first choice of the reply.

        Raises:
            Again: no connection, no time, 429, 5xx, or a reply of another protocol.
            Refused: 400, 413, 422.
            EndpointError: the key, the URL or the model is wrong, or the account has no credit.
        """
        try:
            with self._channel() as channel:
                response, content = channel.fetch("POST", self._url, self._seconds, json=body)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise Again(f"no connection to {self._host}") from error
        except httpx2.TimeoutException as error:
            raise Again(f"no answer within {self._seconds:g} s", charged=True, timeout=True) from error
        except httpx2.TransportError as error:
            raise Again(f"the connection broke ({type(error).__name__})", charged=True) from error
        except httpx2.HTTPError as error:
            raise Again(f"a reply that cannot be read ({type(error).__name__})", charged=True) from error
        if response.status_code == 200:
            return _reply(content)
        raise self._failure(response, content)

    @contextmanager
    def _channel(self) -> Iterator[_Channel]:
        """Give a channel that no other thread uses."""
        try:
            channel = self._idle.pop()
        except IndexError:
            channel = _Channel(self._options)
        try:
            yield channel
        finally:
            self._idle.append(channel)

    def _failure(self, response: httpx2.Response, content: bytes) -> Exception:
        status, hint = response.status_code, content[: 64 * _HINT].decode(errors="replace").lower()
        if status in (401, 403):
            return EndpointError(f"{self._host} refuses the key (HTTP {status}): set JOBFIT_LLM_KEY to a valid one")
        if status in (404, 405):
            return EndpointError(
                f"{self._host} knows no such address or model (HTTP {status}): the URL usually ends in /v1, and the "
                "model must be one that the endpoint serves"
            )
        if status == 402 or (status == 429 and ("insufficient_quota" in hint or "billing" in hint)):
            return EndpointError(f"the account at {self._host} has no credit left (HTTP {status})")
        if status in _AGAIN:
            wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
            return Again(f"HTTP {status}", status=status, wait=wait)
        if status in (400, 413, 422, 501):
            return Refused(status, hint)
        if 300 <= status < 400:
            return EndpointError(f"{self._host} redirects (HTTP {status}), which is not followed: name the final URL")
        return EndpointError(f"{self._host} answers HTTP {status}, which is not part of this protocol: check the URL")


class _Channel:
    """A client of one connection at a time, which is cut when a request has had its time.

    The client's own limits are those of single reads: a server that sends a byte of a header, or "100 Continue", now
    and then keeps to each of them for ever.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._http = httpx2.Client(limits=httpx2.Limits(max_connections=1), **options)
        self._socket: socket.socket | None = None
        self._over = threading.Event()

    def fetch(self, method: str, url: str, seconds: float, **options: Any) -> tuple[httpx2.Response, bytes]:
        """Return the response and its body.

        Raises:
            httpx2.HTTPError: no connection, no reply, or (``ReadTimeout``) not all of it within ``seconds``.
            Again: the body is too large.
        """
        self._over = over = threading.Event()
        timer = threading.Timer(seconds, self._cut, [over])
        timer.daemon = True
        timer.start()
        try:
            with self._http.stream(method, url, extensions={"trace": self._trace}, **options) as response:
                content = _read(response)
        except httpx2.TransportError as error:
            if over.is_set() and not isinstance(error, httpx2.ConnectError):
                raise httpx2.ReadTimeout("the whole reply took too long") from error
            raise
        finally:
            timer.cancel()
        if over.is_set():  # a body without a length ends where its connection does
            raise httpx2.ReadTimeout("the whole reply took too long")
        return response, content

    def close(self) -> None:
        self._http.close()

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        """Remember the socket of each connection, which TLS replaces."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._socket = details["return_value"].get_extra_info("socket")
            if self._over.is_set():
                self._cut(self._over)

    def _cut(self, over: threading.Event) -> None:
        over.set()
        if self._socket is not None and self._over is over:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # that of TLS waits for the other side


@cache
def _certificates() -> ssl.SSLContext:
    """Return the certificates that are trusted, read once: that takes longer than all else a client prepares."""
    return httpx2.create_ssl_context()


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, in seconds or as a date (RFC 9110, 10.2.3).

    ``None`` where it is absent or malformed; never below 0.

    >>> retry_after("Wed, 21 Oct 2026 07:28:30 GMT", datetime(2026, 10, 21, 7, 28, 0, tzinfo=UTC))
    30.0
    """
    if value is None:
        return None
    try:
        if value.strip().replace(".", "", 1).isdecimal():
            return float(value)
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
    except (ValueError, OverflowError):
        return None


def _read(response: httpx2.Response) -> bytes:
    """Return the body, read up to the largest size."""
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > _LARGEST:
            raise Again(f"a reply above {_LARGEST} bytes", charged=True)
    return bytes(content)


def _reply(content: bytes) -> Reply:
    try:
        value = json.loads(content)
        choice = value["choices"][0]
        text = choice["message"].get("content") or ""  # reasoning_content stands beside it and is left out
        finish = choice.get("finish_reason") or "stop"
        if not isinstance(text, str) or not isinstance(finish, str):
            raise TypeError
        text.encode()  # half a surrogate pair is no text: nothing could keep or show it
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise Again("HTTP 200 with something else than a chat completion", charged=True) from None
    return Reply(text, finish, _usage(value.get("usage")))


def _usage(value: Any) -> Usage | None:
    """Return the tokens counted; ``None`` where the endpoint does not say, or says nonsense."""
    if not isinstance(value, dict):
        return None
    sent: Any = value.get("prompt_tokens")
    answered: Any = value.get("completion_tokens")
    if _is_count(sent) and _is_count(answered):
        return Usage(sent, answered)
    return None


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_TOKENS
