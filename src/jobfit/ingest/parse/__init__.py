"""Untrusted files to visible text, in a child process with hard limits.

``reading.read_files`` is the way in: name and bytes of each file in, documents or reasons out. ``sniff`` says what a
file really is, ``sandbox`` owns the child processes, ``worker`` is what runs in them, and ``pdf``, ``docx``, ``html``
and ``text`` read one format each. The parent process never parses a file.
"""
