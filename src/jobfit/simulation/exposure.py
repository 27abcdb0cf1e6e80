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
from jobfit.simulation.towns import distances
from jobfit.simulation.world import World

SEARCH, NEARBY, POPULAR = 0.60, 0.25, 0.15
NEAR_KM, DELAY_DAYS = 50.0, 20.0


class Exposure:
    """Draws showings and gives their probabilities, for one set of openings.

    Both channels first draw a place of a kind (an occupation, a town), then a vacancy there by popularity, which costs
    the same for ten vacancies as for a million.
    """

    def __init__(self, openings: OpeningTable, world: World, seen: int) -> None:
        """Sum the popularity of each occupation and each town."""
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
        n = uniform.shape[:2]
        column = np.searchsorted(self._total, uniform[..., 2] * self._total[-1], side="right")
        for rows, channel, chosen in (
            (occupations, self._search, uniform[..., 0] < SEARCH),
            (towns, self._nearby, (uniform[..., 0] >= SEARCH) & (uniform[..., 0] < SEARCH + NEARBY)),
        ):
            where = np.nonzero(chosen)
            shown = channel.draw(
                np.broadcast_to(rows[:, None], n)[where], uniform[..., 1][where], uniform[..., 2][where]
            )
            column[where] = np.where(shown >= 0, shown, column[where])
        column = np.minimum(column, len(self.openings.ids) - 1)
        return column, self.openings.opened[column] - DELAY_DAYS * np.log1p(-uniform[..., 3])


class _Channel:
    """Vacancies by place: place j is reached from i with weight nearness[i, j] x the popularity of all vacancies in j.

    From a place that reaches none, the channel shows what is popular.
    """

    def __init__(self, places: Ints, popularity: Floats, nearness: Floats) -> None:
        self.places, self.popularity = places, popularity
        self.kinds, position = np.unique(places, return_inverse=True)
        self.mass = np.bincount(position, weights=popularity)
        self.nearness = nearness[:, self.kinds]
        self.reach = self.nearness @ self.mass
        self.sorted = np.argsort(position, kind="stable")
        self.cumulative = np.cumsum(popularity[self.sorted])
        self.before = np.cumsum(self.mass) - self.mass
        self.position = position

    def probability(self, rows: Ints, columns: Ints, popular: Floats) -> Floats:
        reach = self.reach[rows]
        weight = self.nearness[rows, self.position[columns]] * self.popularity[columns]
        return np.asarray(np.where(reach > 0, weight / np.where(reach > 0, reach, 1.0), popular))

    def draw(self, rows: Ints, first: Floats, second: Floats) -> Ints:
        """Return a column for each row; -1 where the place reaches no vacancy."""
        result = np.full(len(rows), -1, dtype=np.int64)
        for row in np.unique(rows):
            if self.reach[row] <= 0:
                continue
            chosen = rows == row
            total = np.cumsum(self.nearness[row] * self.mass)
            kind = np.searchsorted(total, first[chosen] * total[-1], side="right").clip(max=len(total) - 1)
            target = self.before[kind] + second[chosen] * self.mass[kind]
            place = np.searchsorted(self.cumulative, target, side="right").clip(max=len(self.sorted) - 1)
            result[chosen] = self.sorted[place]
        return result
