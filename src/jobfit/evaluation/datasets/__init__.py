"""Evaluation data in and out: BEIR, TREC, ConFit, RankPO and Parquet."""
