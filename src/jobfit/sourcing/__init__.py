"""The talent pool: past candidates who were not hired, ranked for a vacancy. Start at :mod:`jobfit.sourcing.pool`."""
