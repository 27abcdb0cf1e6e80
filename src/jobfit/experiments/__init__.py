"""Experiments: rank, measure, correct for multiple comparisons, judge claims, report. START HERE.

A paper is one file: which systems it ranks (*rows*), what it says of them (*claims*), and what it published. Read
``confit_v2.py`` or ``rankpo.py`` from top to bottom and you know the paper; everything else in here is the framework.

How to add an experiment:

1. A file with a subclass of :class:`~jobfit.experiments.experiment.Experiment`. ``rows(trial)`` yields one row for each
   system, in the order of the report. ``trial`` is one seed: ``trial.row`` measures anything that gives columns,
   ``trial.encoder_row`` an encoder that ``trial.model`` trains from the backbone; both read again what is kept already.
2. ``claims``: which row should beat which, in the paper's words. A family of claims that is added later goes into
   ``families``, so that its correction changes no verdict that was given before.
3. The published tables in ``<paper>.toml`` next to the file, each line with the key of our row, or why there is none;
   ``read_published`` reads them. Everything that a row depends on (settings, what writes texts) into ``facts``.
4. :func:`~jobfit.experiments.experiment.run` gives the report; to make it a command, name the paper
   with its sizes in ``PAPERS`` of ``reproduce.py``.

The smallest experiment that there can be::

    class WordsCount(Experiment):
        title = "Words against chance"
        claims = (Claim("BM25 beats a random order", "bm25", "random"),)

        def rows(self, trial):
            part = self.data.held_out
            yield trial.row("random", "random order", lambda: Measured(measure_random(part, trial.seed)))
            yield trial.row("bm25", "BM25", lambda: Measured(measure_bm25(part)))

    report = run(WordsCount(market_data(MarketSizes(50, 16, 30, 8), ("nDCG@10",))), Path("out"), seeds=(1, 2))
    report.write(Path("out"))  # report.md and report.json

What scores pairs (:class:`jobfit.scorers.base.Scorer`) is ranked by ``ranking.measure_scorer``; figures are SVG by file
name from ``plots``; tables beside the ranking come from ``tables``. Modules, bottom up: ``rows`` (values, intervals,
paired differences, claims), ``data``, ``ranking``, ``report`` (with the published tables), ``trial`` (with the cache),
``experiment``. The default model (``default_model/``) is a recipe that is trained, and measured with the same pieces.
"""
