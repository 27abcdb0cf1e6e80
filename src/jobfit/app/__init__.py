"""What a user can do, apart from how it is asked for and shown: the command line and a web service stand on these.

The pattern, with :mod:`jobfit.app.match` as its example:

* One module per use case or family. It holds the *request* (a :class:`~jobfit.app.wire.Request`), the *result* (a
  :class:`~jobfit.app.wire.Result`) and one function ``match(request, progress=quiet) -> MatchResult``.
* A field of a request says everything about itself once: type, default, limits and description. ``cli`` makes an
  option of each (:mod:`jobfit.cli.command`), a service would make a parameter of each.
* The result *is* the JSON that a command prints with ``--json``. Its schema is written to ``docs/json/`` from the
  type (``make docs``). Every key is always there; what is unknown is ``null``. A field may be a frozen dataclass of the
  library, such as :class:`~jobfit.evaluation.statistics.Estimate`, which also writes itself for people.
* Options that do not go together, an input that cannot be used and an output that cannot be written are an
  :class:`~jobfit.errors.InputError`. Whatever stops a language model or a training, what is finished stays, and the
  same request goes on. A docstring names what else is raised; its first part is the help of the command.
* Nothing here prints or reads the clock. What has to be said while work goes on goes to ``progress``.
* Heavy imports stand inside the functions, so that ``jobfit COMMAND --help`` is quick and a command loads only what it
  uses (the table in ``tests/architecture/test_imports.py``).
"""
