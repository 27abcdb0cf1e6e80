"""Measures with intervals, and paired tests."""
