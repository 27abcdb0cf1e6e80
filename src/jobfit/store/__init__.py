"""PostgreSQL and pgvector: schema, migrations, queries and the search planner."""
