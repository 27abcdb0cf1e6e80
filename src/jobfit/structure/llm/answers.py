"""The closed shapes that the model answers in: for each field a list of quotes and values, and nothing else."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from jobfit.structure.llm.fields import Field

# The schema forbids further keys. One that comes all the same is counted and dropped: refusing the whole answer for it
# would let an order in a section silence that section.
_CLOSED = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})


class Item(BaseModel):
    """A value and the words of the text that state it."""

    model_config = _CLOSED
    quote: str
    value: str


class LanguageItem(Item):
    """A language by its name, and the CEFR level (or ``native``) where the text states one."""

    level: str | None


@lru_cache(maxsize=64)
def answer_shape(fields: tuple[Field, ...]) -> type[BaseModel]:
    """Return the shape of an answer about ``fields``: ``{field: [{"quote": ..., "value": ...}, ...], ...}``."""
    definitions: dict[str, Any] = {
        field.value: (list[LanguageItem] if field is Field.LANGUAGES else list[Item], ...) for field in fields
    }
    return create_model("Fields", __config__=_CLOSED, **definitions)
