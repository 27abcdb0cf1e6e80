"""Let other benchmarks evaluate any jobfit model: MTEB and WorkRB, neither of which is a dependency."""
