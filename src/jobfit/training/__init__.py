"""Learning from judged pairs and preferences: data, losses, hard negatives, the loop, recipes."""
