"""Places without a network: city -> department -> region, from official tables that the user imports.

Start at :class:`jobfit.geo.gazetteer.Gazetteer`; whose place a value is says :mod:`jobfit.geo.places`.
"""
