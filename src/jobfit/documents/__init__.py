"""Records to text: templates, and the masking of what no encoder or index may read.

Start at :func:`jobfit.documents.render.render`.
"""
