"""What can go wrong between jobfit and a language model. No message holds the key or any text that was sent."""

from __future__ import annotations

from jobfit.errors import JobfitError


class LlmError(JobfitError):
    """A language model could not be used."""

    exit_code = 7


class EndpointError(LlmError):
    """No request can succeed: the URL, the key or the model is wrong, or the endpoint stays unreachable."""


class BudgetSpentError(LlmError):
    """The budget may not cover the next request; what was answered so far is kept."""


class AnswerError(LlmError):
    """One request has no usable answer; others may. ``reason`` is a word for counting, such as ``truncated``."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
