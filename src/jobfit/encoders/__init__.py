"""Texts to vectors: sentence-transformers models, a hashing baseline, and a cache in front of either.

Start with :func:`jobfit.encoders.loading.load_encoder`.
"""
