"""Person-job matching that can be trained, controlled, explained and audited.

The public names. Each is imported when it is first used, so that ``import jobfit`` loads no encoder and no database.
"""

from importlib import import_module

_HOME = {
    "Candidate": "jobfit.records",
    "Encoder": "jobfit.encoders.base",
    "JobfitError": "jobfit.errors",
    "Matcher": "jobfit.matcher",
    "Requirements": "jobfit.policy.requirements",
    "Policy": "jobfit.policy.base",
    "Qrels": "jobfit.runs",
    "Ranking": "jobfit.runs",
    "Run": "jobfit.runs",
    "Scorer": "jobfit.scorers.base",
    "Shortlist": "jobfit.shortlist",
    "Signal": "jobfit.retrieval.signals",
    "TalentPool": "jobfit.sourcing.pool",
    "Vacancy": "jobfit.records",
    "candidate_from_text": "jobfit.reading",
    "compare": "jobfit.evaluation.compare",
    "evaluate": "jobfit.evaluation.measures",
    "load_encoder": "jobfit.encoders.loading",
    "load_requirements": "jobfit.policy.requirements",
    "open_store": "jobfit.store.repository",
    "rank": "jobfit.retrieval.systems",
    "read_candidates": "jobfit.reading",
    "read_vacancies": "jobfit.reading",
    "simulate_to": "jobfit.simulation.writer",
    "vacancy_from_text": "jobfit.reading",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    """Import a public name from its home the first time it is asked for."""
    if name not in _HOME:
        raise AttributeError(f"jobfit has no public name {name!r}")
    return getattr(import_module(_HOME[name]), name)
