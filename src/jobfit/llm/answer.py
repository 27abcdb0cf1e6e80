"""From what an endpoint sends to the answer itself: reasoning taken off, JSON found, shape checked."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from jobfit.llm.meter import Usage

T = TypeVar("T", bound=BaseModel)
_TAGS = "think|thinking|thought|reasoning|analysis"
_REASONING = re.compile(rf"\s*<({_TAGS})>.*?</\1>\s*", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(rf"\s*<({_TAGS})>", re.IGNORECASE)
_CLOSE = re.compile(rf"</({_TAGS})>\s*", re.IGNORECASE)
_CODE = re.compile(r"\s*```[a-zA-Z]{0,10}\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint sent: the ``content``, why it stopped (``finish``) and the tokens it counted."""

    content: str
    finish: str
    usage: Usage | None


class Unusable(Exception):
    """A reply that is not what was asked for; ``reason`` is ``truncated``, ``no_json``, ``wrong_shape`` or ``empty``.

    ``detail`` names kinds of mistakes, never words of the reply: they may quote a CV.
    """

    def __init__(self, reason: str, detail: str) -> None:
        """Keep both."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def read_text(reply: Reply) -> str:
    """Return the answer without the reasoning before it.

    Only what stands *before* an answer is reasoning: a ``<think>`` inside of JSON belongs to a quote.

    Raises:
        Unusable: the reply was cut, holds nothing, or was withheld by a filter.
    """
    if reply.finish == "length":
        raise Unusable("truncated", "the answer reached its greatest length")
    if reply.finish == "content_filter":
        raise Unusable("withheld", "a filter of the endpoint withheld the answer")
    text = without_reasoning(reply.content)
    if not text:
        raise Unusable("empty", "the answer is empty")
    return text


def without_reasoning(content: str) -> str:
    """Take off the reasoning at the head of ``content``: whole blocks, or all up to a lone closing tag.

    Raises:
        Unusable: the reasoning never ends, so that no answer follows.

    >>> without_reasoning("<think>Java is a skill</think>\\n{}"), without_reasoning('Hm.</think>{"a": "<think>"}')
    ('{}', '{"a": "<think>"}')
    """
    while match := _REASONING.match(content):
        content = content[match.end() :]
    if _OPEN.match(content):
        raise Unusable("truncated", "the reasoning does not end")
    lone = _CLOSE.search(content)
    if lone and "{" not in content[: lone.start()]:
        content = content[lone.end() :]
    return content.strip()


def read_object(reply: Reply, shape: type[T]) -> tuple[str, T]:
    """Return the JSON object of a reply as text, and as a ``shape``.

    Accepted: JSON alone, in a code fence, or after a sentence. An object that is followed by anything else than a
    sentence without braces is not: there is no telling which object is the answer.

    Raises:
        Unusable: as :func:`read_text`; or there is no whole JSON object, or it has another shape.
    """
    text = _object_text(read_text(reply))
    try:
        return text, shape.model_validate_json(text)
    except ValidationError as error:
        kinds = sorted({item["type"] for item in error.errors(include_url=False, include_input=False)})
        raise Unusable("wrong_shape", ", ".join(kinds)) from None


def _object_text(text: str) -> str:
    if fenced := _CODE.fullmatch(text):
        text = fenced[1]
    start = text.find("{")
    if start < 0:
        raise Unusable("no_json", "no JSON object in the answer")
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        raise Unusable("no_json", "the JSON in the answer is not whole") from None
    if "{" in text[end:]:
        raise Unusable("no_json", "more than one JSON object in the answer")
    return text[start:end]
