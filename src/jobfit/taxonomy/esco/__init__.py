"""ESCO's official CSV files -> Taxonomy. Start at :func:`jobfit.taxonomy.esco.importing.import_folder`."""
