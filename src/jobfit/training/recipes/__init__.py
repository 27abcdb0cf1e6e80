"""Whole papers as recipes: one file per system, read from top to bottom like the paper: data, stage, stage, report."""
