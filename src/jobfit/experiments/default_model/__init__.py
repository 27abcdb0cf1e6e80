"""The default model: many tasks mixed from a declarative recipe, and what it scores on what the recipe holds out."""
