"""Untrusted files to visible text, in a child process with hard limits."""
