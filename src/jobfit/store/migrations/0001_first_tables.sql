-- The first tables. tenant_id comes first in every key, and row-level security binds every row to its tenant.

CREATE TABLE tenants (
    tenant_id text PRIMARY KEY,
    sequence  bigint NOT NULL
);
CREATE TABLE records (
    tenant_id      text NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('candidate', 'vacancy')),
    id             text NOT NULL,
    version        integer NOT NULL,
    current        boolean NOT NULL,
    content_sha256 text NOT NULL,
    source         jsonb NOT NULL,
    language       text,
    flags          text[] NOT NULL,
    text           text NOT NULL,
    profile        jsonb NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, kind, id, version)
);
CREATE UNIQUE INDEX records_current ON records (tenant_id, kind, id) WHERE current;
CREATE TABLE documents (
    tenant_id text NOT NULL,
    kind      text NOT NULL,
    id        text NOT NULL,
    version   integer NOT NULL,
    terms     text[] NOT NULL,
    PRIMARY KEY (tenant_id, kind, id),
    FOREIGN KEY (tenant_id, kind, id, version) REFERENCES records
);
CREATE TABLE embeddings (
    tenant_id   text NOT NULL,
    kind        text NOT NULL,
    fingerprint text NOT NULL,
    id          text NOT NULL,
    embedding   halfvec NOT NULL,
    PRIMARY KEY (tenant_id, kind, fingerprint, id),
    FOREIGN KEY (tenant_id, kind, id) REFERENCES documents ON DELETE CASCADE
);
-- A row of 1,024 dimensions stays in the table's own pages, where a scan reads it fastest.
ALTER TABLE embeddings ALTER COLUMN embedding SET STORAGE MAIN;
CREATE INDEX embeddings_document ON embeddings (tenant_id, kind, id);
CREATE TABLE groups (
    tenant_id    text NOT NULL,
    candidate_id text NOT NULL,
    attribute    text NOT NULL,
    value        text NOT NULL,
    PRIMARY KEY (tenant_id, candidate_id, attribute)
);
CREATE TABLE applications (
    tenant_id    text NOT NULL,
    vacancy_id   text NOT NULL,
    candidate_id text NOT NULL,
    time         timestamptz NOT NULL,
    status       text NOT NULL,
    outcome      text NOT NULL,
    PRIMARY KEY (tenant_id, vacancy_id, candidate_id, time)
);
CREATE TABLE events (
    tenant_id  text NOT NULL,
    sequence   bigint NOT NULL,
    action     text NOT NULL,
    ids        text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, sequence)
);

GRANT SELECT ON tenants, records, documents, embeddings TO jobfit_ranking;
GRANT SELECT, INSERT, UPDATE ON tenants, records, documents, embeddings, groups, applications TO jobfit_ingest;
GRANT DELETE ON documents, embeddings TO jobfit_ingest;
GRANT SELECT, INSERT ON events TO jobfit_ingest;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['tenants', 'records', 'documents', 'embeddings', 'groups', 'applications', 'events'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY own_tenant ON %I TO jobfit_ranking, jobfit_ingest '
            'USING (tenant_id = current_setting(''jobfit.tenant'', true))', name);
    END LOOP;
END $$;
