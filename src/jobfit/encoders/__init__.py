"""Texts to vectors: sentence-transformers models, a hashing baseline, and a cache in front of either."""
