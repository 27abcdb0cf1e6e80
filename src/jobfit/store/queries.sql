-- Every statement of the store but the migrations. `-- name --` begins one; the comment under it says what it does.
-- %(name)s is a value, {name} an identifier or a constant that the language takes no value for.

-- current_hashes --
-- The SHA-256 of the content of every current record of a kind.
SELECT id, content_sha256 FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current

-- sources --
-- Where every current record of a kind came from.
SELECT id, content_sha256, source ->> 'path' AS path, (source ->> 'row')::integer AS row, source ->> 'reader' AS reader
FROM records
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current ORDER BY id COLLATE "C"

-- relocate --
-- Notes that the same content lies elsewhere now.
UPDATE records SET source = %(source)s::jsonb || jsonb_build_object('model', source -> 'model')
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current AND id = %(id)s AND content_sha256 = %(sha256)s

-- holdings --
-- What is kept about some current records, in numbers.
SELECT r.id, r.version, r.profile #>> '{title,value}' AS title, r.source ->> 'path' AS path,
    (SELECT count(*) FROM applications a WHERE a.tenant_id = r.tenant_id AND CASE r.kind
        WHEN 'candidate' THEN a.candidate_id = r.id ELSE a.vacancy_id = r.id END) AS applications,
    (SELECT count(*) FROM groups g
        WHERE r.kind = 'candidate' AND g.tenant_id = r.tenant_id AND g.candidate_id = r.id) AS groups
FROM records r
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current AND id = ANY(%(ids)s) ORDER BY id COLLATE "C"

-- versions --
-- The texts of every version of some records.
SELECT id, text, language, flags, source::text AS source, profile::text AS profile FROM records
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND id = ANY(%(ids)s)

-- remove_documents --
-- Terms go, and the vectors with them.
DELETE FROM documents WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND id = ANY(%(ids)s)

-- remove_records --
-- Every version of some records.
DELETE FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND id = ANY(%(ids)s)

-- remove_applications --
-- The applications of some records.
DELETE FROM applications WHERE tenant_id = %(tenant)s AND CASE %(kind)s
    WHEN 'candidate' THEN candidate_id = ANY(%(ids)s) ELSE vacancy_id = ANY(%(ids)s) END

-- remove_groups --
-- The protected attributes of some candidates.
DELETE FROM groups WHERE tenant_id = %(tenant)s AND %(kind)s = 'candidate' AND candidate_id = ANY(%(ids)s)

-- forget_id --
-- An id may be a person's name: in the log of changes it becomes its hash.
UPDATE events SET ids = array_replace(
    CASE WHEN action IN ('put_groups', 'put_applications') AND %(kind)s = 'candidate'
        THEN array_replace(ids, %(id)s, %(erased)s) ELSE ids END, %(key)s, %(erased)s)
WHERE tenant_id = %(tenant)s AND ids && ARRAY[%(id)s, %(key)s]::text[]

-- records --
-- Current records by id, whole.
SELECT id, text, language, flags, source::text AS source, profile::text AS profile FROM records
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current AND id = ANY(%(ids)s)

-- summaries --
-- What there is of a kind, by id.
SELECT id, version, profile #>> '{title,value}' AS title, language, source ->> 'path' AS path, flags,
    source ->> 'reader' AS reader
FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current ORDER BY id COLLATE "C"

-- count_records --
-- The number of current records of a kind.
SELECT count(*) FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current

-- count_other_readers --
-- The number of current records of a kind that another reader read.
SELECT count(*) FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current
    AND source ->> 'reader' IS DISTINCT FROM %(reader)s

-- missing_vectors --
-- The ids that have no vector of an encoder.
SELECT id FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current AND NOT EXISTS (
    SELECT FROM embeddings e
    WHERE e.tenant_id = records.tenant_id AND e.kind = records.kind AND e.fingerprint = %(fingerprint)s
      AND e.id = records.id
) ORDER BY id COLLATE "C"

-- lock_tenant --
-- Lets one writer at a time into a tenant, until the transaction ends.
INSERT INTO tenants VALUES (%(tenant)s, 0) ON CONFLICT (tenant_id) DO UPDATE SET sequence = tenants.sequence

-- record_event --
-- Gives a change the tenant's next number and writes it down, by id.
WITH next AS (UPDATE tenants SET sequence = sequence + 1 WHERE tenant_id = %(tenant)s RETURNING sequence)
INSERT INTO events (tenant_id, sequence, action, ids) SELECT %(tenant)s, sequence, %(action)s, %(ids)s FROM next

-- put_group --
-- Writes one protected attribute of a candidate.
INSERT INTO groups VALUES (%(tenant)s, %(candidate)s, %(attribute)s, %(value)s)
ON CONFLICT (tenant_id, candidate_id, attribute) DO UPDATE SET value = excluded.value

-- put_application --
-- Writes one application; the same pair at the same time takes the new status and outcome.
INSERT INTO applications (tenant_id, vacancy_id, candidate_id, time, status, outcome, decided)
VALUES (%(tenant)s, %(vacancy)s, %(candidate)s, coalesce(%(time)s::timestamptz, '-infinity'), %(status)s, %(outcome)s,
    %(decided)s)
ON CONFLICT (tenant_id, vacancy_id, candidate_id, time)
DO UPDATE SET status = excluded.status, outcome = excluded.outcome, decided = excluded.decided

-- applications --
-- The log, by candidate and time; what is not dated comes first.
SELECT candidate_id, vacancy_id, status, outcome, nullif(time, '-infinity') AS time, decided FROM applications
WHERE tenant_id = %(tenant)s ORDER BY candidate_id COLLATE "C", applications.time, vacancy_id COLLATE "C"

-- make_incoming --
-- The private table that a batch is copied to. (Row-level security allows no COPY into the tables themselves.)
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    kind text, id text, content_sha256 text, source jsonb, language text, flags text[], text text, profile jsonb,
    terms text[], fingerprint text, embedding halfvec,
    version integer,   -- of the record that is there; NULL if there is none
    unchanged boolean  -- whether that one has the same content, and was read the same
) ON COMMIT DELETE ROWS

-- copy_incoming --
-- The rows of a batch follow, in their binary form.
COPY incoming ({columns}) FROM STDIN (FORMAT BINARY)

-- compare_incoming --
-- Notes the version that is there, and whether it has the same content and, by another reader or model, was read the same.
UPDATE incoming i SET version = r.version, unchanged = r.content_sha256 = i.content_sha256 AND (
    (r.source ->> 'reader', r.source ->> 'model') IS NOT DISTINCT FROM (i.source ->> 'reader', i.source ->> 'model') OR
    (r.text, r.language, r.flags, r.profile, d.terms) IS NOT DISTINCT FROM
    (i.text, i.language, i.flags, i.profile, i.terms))
FROM records r JOIN documents d USING (tenant_id, kind, id)
WHERE r.tenant_id = %(tenant)s AND r.kind = i.kind AND r.id = i.id AND r.current

-- note_reader --
-- Another reader or model read the same in the same content.
UPDATE records r SET source = i.source FROM incoming i
WHERE r.tenant_id = %(tenant)s AND r.kind = i.kind AND r.id = i.id AND r.current AND i.unchanged
    AND (r.source ->> 'reader', r.source ->> 'model') IS DISTINCT FROM (i.source ->> 'reader', i.source ->> 'model')

-- retire_records --
-- The versions that a batch replaces are not current any more.
UPDATE records r SET current = false FROM incoming i
WHERE r.tenant_id = %(tenant)s AND r.kind = i.kind AND r.id = i.id AND r.current AND NOT i.unchanged

-- forget_documents --
-- Terms and vectors of replaced versions go.
DELETE FROM documents d USING incoming i
WHERE d.tenant_id = %(tenant)s AND d.kind = i.kind AND d.id = i.id AND NOT i.unchanged

-- add_records --
-- New records, and new versions of changed ones.
INSERT INTO records
    (tenant_id, kind, id, version, current, content_sha256, source, language, flags, text, profile)
SELECT %(tenant)s, kind, id, coalesce(version, 0) + 1, true, content_sha256, source, language, flags, text, profile
FROM incoming WHERE unchanged IS NOT TRUE

-- add_documents --
-- The terms of new and changed records.
INSERT INTO documents (tenant_id, kind, id, version, terms)
SELECT %(tenant)s, kind, id, coalesce(version, 0) + 1, terms FROM incoming WHERE unchanged IS NOT TRUE

-- add_vectors --
-- The vectors that are not there yet.
INSERT INTO embeddings (tenant_id, kind, fingerprint, id, embedding)
SELECT %(tenant)s, kind, fingerprint, id, embedding FROM incoming WHERE embedding IS NOT NULL
ON CONFLICT DO NOTHING

-- count_incoming --
-- How many records of a batch are new, changed and unchanged.
SELECT count(*) FILTER (WHERE unchanged IS NULL) AS added, count(*) FILTER (WHERE NOT unchanged) AS updated,
       count(*) FILTER (WHERE unchanged) AS unchanged
FROM incoming

-- changed_incoming --
-- The keys of what a batch changed.
SELECT kind || ':' || id FROM incoming WHERE unchanged IS NOT TRUE

-- unknown_incoming --
-- One record of a batch that is not there, if any.
SELECT kind || ' ' || id FROM incoming WHERE version IS NULL LIMIT 1

-- drop_changed_incoming --
-- A record that has changed since needs a vector of its new text.
DELETE FROM incoming WHERE NOT unchanged

-- current_ids --
-- Every id of a kind.
SELECT id FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current

-- profiles --
-- The profiles of a kind by id, without the fields that are hidden.
SELECT id, (profile - %(hidden)s::text[])::text AS profile FROM records
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current ORDER BY id COLLATE "C"

-- skills --
-- The skills that each CV claims.
SELECT id, ARRAY(SELECT jsonb_array_elements(profile -> 'skills') ->> 'value') AS skills FROM records
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current AND jsonb_array_length(profile -> 'skills') > 0

-- named_skills --
-- The skills that each CV claims, or each vacancy asks for.
SELECT id, ARRAY(
    SELECT item ->> 'value' FROM jsonb_array_elements(coalesce(profile -> 'skills', profile -> 'requirements')) item
    WHERE coalesce(item ->> 'kind', 'skill') = 'skill'
) AS skills FROM records WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND current

-- sequence --
-- The number of a tenant's last change.
SELECT sequence FROM tenants WHERE tenant_id = %(tenant)s

-- terms --
-- The terms of every document of a kind.
SELECT id, terms FROM documents WHERE tenant_id = %(tenant)s AND kind = %(kind)s

-- exact_search --
-- The number of eligible vectors, and the ids of the k nearest and of all within the margin of the k-th.
-- A list of ids is looked up in a hash or in the primary key, whatever the database believes about its tables; a join
-- with the list could become a loop within a loop.
WITH pool AS MATERIALIZED (
    SELECT id, embedding <=> %(query)s::halfvec AS distance FROM embeddings
    WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND fingerprint = %(fingerprint)s
      AND id = ANY(%(eligible)s::text[])
), edge AS MATERIALIZED (
    SELECT max(distance) AS distance FROM (SELECT distance FROM pool ORDER BY distance LIMIT %(k)s) AS best
)
SELECT count(*), array_agg(id) FILTER (WHERE distance <= (SELECT distance FROM edge) + %(margin)s) FROM pool

-- vectors --
-- The vectors of some ids.
SELECT id, embedding FROM embeddings
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND fingerprint = %(fingerprint)s AND id = ANY(%(eligible)s::text[])

-- force_index --
-- Leaves the database no plan but the approximate index, until the transaction ends.
SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
SET LOCAL hnsw.ef_search = 1000; SET LOCAL hnsw.iterative_scan = relaxed_order;
SET LOCAL hnsw.max_scan_tuples = 2147483647; SET LOCAL hnsw.scan_mem_multiplier = 8

-- index_search --
-- About the k nearest eligible vectors, through the approximate index.
SELECT id, embedding FROM embeddings
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND fingerprint = %(fingerprint)s AND id = ANY(%(eligible)s::text[])
ORDER BY embedding::halfvec({dimension}) <=> %(query)s::halfvec({dimension}) LIMIT %(k)s

-- index_exists --
-- Whether an index is there and complete.
SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%(name)s)

-- count_vectors --
-- The number of vectors searched together, and their dimension.
SELECT count(*), coalesce(max(vector_dims(embedding)), 0) FROM embeddings
WHERE tenant_id = %(tenant)s AND kind = %(kind)s AND fingerprint = %(fingerprint)s

-- memory_of_build --
-- Lets the build of an index hold its graph in memory, until the transaction ends.
SELECT set_config(
    'maintenance_work_mem',
    greatest(pg_size_bytes(current_setting('maintenance_work_mem')), %(bytes)s::bigint) / 1024 || 'kB', true
)

-- build_index --
-- The approximate index of the vectors searched together.
CREATE INDEX {index} ON embeddings USING hnsw ((embedding::halfvec({dimension})) halfvec_cosine_ops)
WHERE tenant_id = {tenant} AND kind = {kind} AND fingerprint = {fingerprint}

-- table_exists --
-- Whether there is a table of this name. (to_regclass would answer from a cache that waiting for a lock makes stale.)
SELECT EXISTS (SELECT FROM pg_class WHERE relname = %(name)s AND relkind = 'r' AND pg_table_is_visible(oid))

-- lock_migrations --
-- One process at a time upgrades; PostgreSQL drops the lock with the connection of a killed one. ("jobf" in ASCII.)
SELECT pg_advisory_xact_lock(1785684582)

-- make_migrations --
-- The migrations that were applied, with the checksum of their text.
CREATE TABLE jobfit_migrations (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)

-- migrations --
-- The migrations that were applied.
SELECT number, name, sha256 FROM jobfit_migrations ORDER BY number

-- record_migration --
-- Notes one migration as applied.
INSERT INTO jobfit_migrations (number, name, sha256) VALUES (%(number)s, %(name)s, %(sha256)s)

-- alembic_version --
-- Where an earlier jobfit, which upgraded with Alembic, left the database.
SELECT version_num FROM alembic_version

-- leave_alembic --
-- Earlier versions take this for a newer database than theirs, and say so.
UPDATE alembic_version SET version_num = 'see jobfit_migrations'

-- vector_available --
-- Whether pgvector is installed on the server, and made in this database.
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') AS available,
       EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') AS made

-- current_user --
-- Our own user, quoted, and whether it may do everything.
SELECT quote_ident(rolname), rolsuper FROM pg_roles WHERE rolname = current_user

-- role_membership --
-- Whether our user may act in a role; no row where there is no such role.
SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %(role)s
