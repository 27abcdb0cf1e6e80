"""Training of encoders: data, losses, hard negatives, the loop, recipes."""
