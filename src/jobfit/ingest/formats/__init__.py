"""Structured files to raw documents."""
