"""Training of encoders: losses, mining, preferences, the loop and recipes."""
