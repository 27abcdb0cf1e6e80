"""Every method that reorders rankings by groups, by name and with its defaults, to be compared side by side."""

from __future__ import annotations

from jobfit.policy.exposure import across, prefixes, randomised
from jobfit.policy.exposure.base import Mitigation

BY_SCORE = "order by score"


def methods(protected: int) -> dict[str, Mitigation]:
    """Return the methods; FA*IR looks at one group alone, the one with the number ``protected``."""
    return {
        BY_SCORE: prefixes.ByScore(),
        "random order": randomised.EpsilonGreedy(1.0),
        "ε-greedy, ε = 0.3": randomised.EpsilonGreedy(0.3),
        "FA*IR": prefixes.FaStarIr(protected),
        "FA*IR, several groups": prefixes.MultinomialFaStarIr(),
        "DetGreedy": prefixes.DetGreedy(),
        "DetCons": prefixes.DetCons(),
        "DetRelaxed": prefixes.DetRelaxed(),
        "DetConstSort": prefixes.DetConstSort(),
        "prefix bounds": prefixes.PrefixBounds(),
        "calibrated, weight 0.5": prefixes.Calibrated(0.5),
        "PM2": prefixes.ProportionalSeats(),
        "exposure programme, parity": randomised.ExposureProgramme(),
        "exposure programme, merit": randomised.ExposureProgramme(merit=True),
        "P-MMF": across.MaxMinExposure(),
        "min-regulariser": across.WorstOff(),
        "FairSync": across.LeastExposure(),
        "CP-Fair": across.SwapGreedy(),
        "Welf": across.Welfare(),
        "TFROM": across.PlaceByPlace(),
        "FairRec": across.RoundRobin(),
        "amortised attention": across.Amortised(),
    }
