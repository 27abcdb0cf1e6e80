-- Records can be erased, and what the log of changes says of them.

GRANT DELETE ON records, groups, applications TO jobfit_ingest;
GRANT UPDATE (ids) ON events TO jobfit_ingest;
