"""What an endpoint understands, found out by asking: structured output, the name of the length limit, temperature.

The best way to ask for JSON is tried first: ``json_schema`` (the endpoint enforces the shape), ``json_object`` (it
enforces JSON), ``text`` (it enforces nothing and the shape stands in the instructions). An endpoint that refuses a way,
or that takes it without keeping to it, is asked in the next one. What worked is remembered, on disk as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from jobfit.llm.prompt import Message


class Mode(StrEnum):
    """Ways to ask for JSON, the best first."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    TEXT = "text"


_WEAKER = {Mode.SCHEMA: Mode.OBJECT, Mode.OBJECT: Mode.TEXT}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How requests are written for one endpoint and model."""

    mode: Mode = Mode.SCHEMA
    limit_name: str = "max_tokens"
    temperature: bool = True

    def weaker(self) -> Dialect | None:
        """Return the same with the next mode; ``None`` after the last."""
        mode = _WEAKER.get(self.mode)
        return replace(self, mode=mode) if mode else None

    def after_refusal(self, hint: str, structured: bool) -> Dialect | None:
        """Return how to ask after a refusal (400, 422) that says ``hint``; ``None`` where nothing is left to change.

        Newer models of one vendor want ``max_completion_tokens`` for ``max_tokens`` and take no temperature; these two
        are changed only where the refusal names them.
        """
        if "max_completion_tokens" in hint and self.limit_name == "max_tokens":
            return replace(self, limit_name="max_completion_tokens")
        if "temperature" in hint and self.temperature:
            return replace(self, temperature=False)
        return self.weaker() if structured else None

    def to_json(self) -> dict[str, Any]:
        """Return what is kept on disk."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Dialect:
        """Read what :meth:`to_json` wrote.

        Raises:
            ValueError, KeyError, TypeError: it is something else.
        """
        limit_name = value["limit_name"]
        if limit_name not in ("max_tokens", "max_completion_tokens"):
            raise ValueError(limit_name)
        return cls(Mode(value["mode"]), limit_name, bool(value["temperature"]))


def schema_text(shape: type[BaseModel] | None) -> str:
    """Return the JSON schema of ``shape`` as text, the same on every run; empty for no shape."""
    return json.dumps(shape.model_json_schema(), sort_keys=True, separators=(",", ":")) if shape else ""


def schema_in_words(dialect: Dialect, shape: type[BaseModel] | None) -> str:
    """Return what the instructions must add where the endpoint does not enforce the shape."""
    if shape is None or dialect.mode is Mode.SCHEMA:
        return ""
    return f"Answer with one JSON object and nothing else. It must follow this JSON schema:\n{schema_text(shape)}"


def body(
    dialect: Dialect,
    model: str,
    sent: Sequence[Message],
    shape: type[BaseModel] | None,
    limit_and_temperature: tuple[int, float],
) -> dict[str, Any]:
    """Return the body of a request."""
    limit, temperature = limit_and_temperature
    result: dict[str, Any] = {"model": model, "messages": list(sent), dialect.limit_name: limit, "stream": False}
    if dialect.temperature:
        result["temperature"] = temperature
    if shape is not None and dialect.mode is Mode.SCHEMA:
        named = {"name": shape.__name__, "strict": True, "schema": json.loads(schema_text(shape))}
        result["response_format"] = {"type": "json_schema", "json_schema": named}
    elif shape is not None and dialect.mode is Mode.OBJECT:
        result["response_format"] = {"type": "json_object"}
    return result
