"""Exposure: which vacancies a candidate comes across, with propensities that are known exactly.

A candidate is shown ``seen`` vacancies, each time by one of three channels:

    search   0.60   v with weight proximity(occupation of the candidate, of v)² x popularity(v)
    nearby   0.25   v with weight exp(-km / 50) x popularity(v)
    popular  0.15   v with weight popularity(v)

so that one showing is of v with probability pi(v) = 0.60 search(v) + 0.25 nearby(v) + 0.15 popular(v), each channel's
weights divided by their sum. A showing comes an exponential time (mean 20 days) after the vacancy opened, and is not
logged after the end of the log, day 180. With a(v) = 1 - exp(-(180 - opened) / 20),

    exposed(v) = 1 - (1 - pi(v) a(v))^seen

Popularity is 1 / (0.05 + 0.95 u) with u uniform: a few vacancies are shown twenty times as often as others.
"""

from __future__ import annotations

import numpy as np

from jobfit.simulation.columns import Floats, Ints, OpeningTable
from jobfit.simulation.latent import LOG_DAYS
from jobfit.simulation.world import World, distances

SEARCH, NEARBY, POPULAR = 0.60, 0.25, 0.15
NEAR_KM, DELAY_DAYS = 50.0, 20.0


class Exposure:
    """Draws showings of ``openings`` and gives their probabilities.

    Both channels first draw a place of a kind (an occupation, a town), then a vacancy there by popularity, which costs
    the same for ten vacancies as for a million.
    """

    def __init__(self, openings: OpeningTable, world: World, seen: int) -> None:
        self.openings, self.seen = openings, seen
        self._search = _Channel(openings.occupation, openings.popularity, world.proximity**2)
        self._nearby = _Channel(openings.town, openings.popularity, np.exp(-distances() / NEAR_KM))
        self._total = np.cumsum(openings.popularity)

    def probability(self, occupations: Ints, towns: Ints, columns: Ints) -> Floats:
        """Return exposed(v) of pairs of a candidate (row of the occupation, of the town) and an opening."""
        share = self.openings.popularity[columns] / self._total[-1]
        shown = SEARCH * self._search.probability(occupations, columns, share)
        shown = shown + NEARBY * self._nearby.probability(towns, columns, share) + POPULAR * share
        in_time = -np.expm1(-(LOG_DAYS - self.openings.opened[columns]) / DELAY_DAYS)
        return np.asarray(-np.expm1(self.seen * np.log1p(-np.minimum(shown * in_time, 1 - 1e-15))))

    def draw(self, occupations: Ints, towns: Ints, uniform: Floats) -> tuple[Ints, Floats]:
        """Return the opening shown and the day of the log, each of shape (people, seen).

        ``uniform`` has shape (people, seen, 4): channel, place of the kind, vacancy there, delay.
        """
        channels, places, vacancies, delays = np.moveaxis(uniform, -1, 0)
        column = np.searchsorted(self._total, vacancies * self._total[-1], side="right")
        for rows, channel, chosen in (
            (occupations, self._search, channels < SEARCH),
            (towns, self._nearby, (channels >= SEARCH) & (channels < SEARCH + NEARBY)),
        ):
            shown = channel.draw(rows[np.nonzero(chosen)[0]], places[chosen], vacancies[chosen])
            column[chosen] = np.where(shown >= 0, shown, column[chosen])
        column = np.minimum(column, len(self.openings.ids) - 1)
        return column, self.openings.opened[column] - DELAY_DAYS * np.log1p(-delays)


class _Channel:
    """Vacancies by place: place j is reached from i with weight nearness[i, j] x the popularity of all vacancies in j.

    From a place that reaches none, the channel shows what is popular.
    """

    def __init__(self, places: Ints, popularity: Floats, nearness: Floats) -> None:
        kinds, self.position = np.unique(places, return_inverse=True)
        self.popularity, self.nearness = popularity, nearness[:, kinds]
        self.mass = np.bincount(self.position, weights=popularity)
        self.reach = self.nearness @ self.mass
        self.sorted = np.argsort(self.position, kind="stable")
        self.cumulative = np.cumsum(popularity[self.sorted])
        self.before = np.cumsum(self.mass) - self.mass

    def probability(self, rows: Ints, columns: Ints, popular: Floats) -> Floats:
        reach = self.reach[rows]
        weight = self.nearness[rows, self.position[columns]] * self.popularity[columns]
        return np.asarray(np.where(reach > 0, weight / np.where(reach > 0, reach, 1.0), popular))

    def draw(self, rows: Ints, first: Floats, second: Floats) -> Ints:
        """Return a column for each row; -1 where the place reaches no vacancy."""
        result = np.full(len(rows), -1, dtype=np.int64)
        for row in np.unique(rows[self.reach[rows] > 0]):
            chosen = rows == row
            total = np.cumsum(self.nearness[row] * self.mass)
            kind = np.searchsorted(total, first[chosen] * total[-1], side="right").clip(max=len(total) - 1)
            target = self.before[kind] + second[chosen] * self.mass[kind]
            place = np.searchsorted(self.cumulative, target, side="right").clip(max=len(self.sorted) - 1)
            result[chosen] = self.sorted[place]
        return result
