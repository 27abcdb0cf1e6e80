"""Learning from judged pairs."""
