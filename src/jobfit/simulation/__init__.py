"""A seeded hiring market whose truth is known."""
