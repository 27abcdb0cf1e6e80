"""How the signals of a ranking were weighed, as results say it."""

from __future__ import annotations

from jobfit.app.wire import Result
from jobfit.shortlist import SIGNALS, Weighed


class SignalWeight(Result):
    name: str
    compares: str
    weight: float


class Weights(Result):
    """How the signals of ``queries`` queries were added; see :class:`jobfit.shortlist.Weighed`.

    A signal contributes weight × standard deviations × ``factor``. ``compared``: what asks for what; with
    ``language_known`` (by the encoder) it decides the weights. ``learnt``: what they are from.
    """

    compared: str
    language_known: bool
    signals: tuple[SignalWeight, ...]
    learnt: str
    factor: float = 1.0
    queries: int = 1

    @classmethod
    def told(cls, weighed: Weighed, queries: int = 1) -> Weights:
        signals = [
            SignalWeight(name=name, compares=SIGNALS[name][1] if name in SIGNALS else "", weight=weight)
            for name, weight in weighed.weights.items()
            if weight
        ]
        return cls.of(weighed, signals=signals, queries=queries)

    def __str__(self) -> str:
        signals = ", ".join(f"{signal.name} {signal.weight:g}" for signal in self.signals)
        known = "" if self.language_known else ", in a language that the encoder does not know"
        return f"weighed as {self.compared}{known}: {signals} ({self.learnt})"
