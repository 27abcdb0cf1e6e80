"""Records and applications -> documents, labelled pairs and a funnel that accounts for every row.

Start at :func:`jobfit.preparation.prepare.prepare`.
"""
