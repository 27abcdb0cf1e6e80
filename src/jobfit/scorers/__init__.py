"""What reads a candidate and a vacancy together and says how well they fit. Start with :mod:`jobfit.scorers.base`."""
