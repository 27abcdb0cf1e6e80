"""Evaluation data in and out: BEIR, ConFit, RankPO and Parquet."""
