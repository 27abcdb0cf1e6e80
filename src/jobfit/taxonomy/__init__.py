"""Occupations and skills with their names in several languages, and the links between them."""
