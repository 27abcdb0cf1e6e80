"""A seeded hiring market whose truth is known.

>>> market = simulate(MarketSettings(candidates=20, vacancies=3), seed=1)
>>> market.q.shape
(20, 3)
"""

from jobfit.simulation.market import Market, simulate
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.writer import MarketSummary, simulate_to, write_market

__all__ = ["Market", "MarketSettings", "MarketSummary", "simulate", "simulate_to", "write_market"]
