"""What can go wrong between jobfit and a language model.

    LlmError
    ├── EndpointError     no request can succeed: wrong URL, key or model, or the endpoint stays unreachable
    ├── BudgetSpentError  the next request might not fit into the budget; what was answered so far is kept
    └── AnswerError       this one request got no usable answer; others may

No message holds the key or any text that was sent.
"""

from __future__ import annotations

from jobfit.errors import JobfitError


class LlmError(JobfitError):
    """A language model could not be used."""

    exit_code = 7


class EndpointError(LlmError):
    """The endpoint cannot be used at all: asking on would fail the same way."""


class BudgetSpentError(LlmError):
    """The budget does not cover the dearest outcome of the next request."""


class AnswerError(LlmError):
    """One request has no usable answer. ``reason`` is one word for counting: ``truncated``, ``wrong_shape``, ..."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep the ``reason`` beside the ``message``."""
        super().__init__(message)
        self.reason = reason
