"""Titles and mentions of skills to concepts of a taxonomy."""
