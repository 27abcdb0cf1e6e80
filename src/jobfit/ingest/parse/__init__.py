"""Untrusted files to visible text, in a child process with hard limits.

The way in is :func:`jobfit.ingest.readers.read_raw`. ``sniff`` says what a file really is, ``sandbox`` owns the child
processes, ``worker`` is what runs in them, and ``pdf``, ``docx``, ``html`` and ``text`` read one format each. The
parent process never parses a file.
"""
