"""Text to fields by rules, each field with the span that states it."""
