"""An encoder for person-job matching from a declarative recipe: many tasks mixed, what the backbone knows held."""
