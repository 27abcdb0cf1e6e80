"""Hard negatives for contrastive training: which documents an anchor should learn to rank below its positives."""
