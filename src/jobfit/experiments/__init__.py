"""Experiments: rank, measure, correct for multiple comparisons, judge claims, report. One file of rows per paper."""
