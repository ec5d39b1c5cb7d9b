#!/bin/bash
# A second login to Dagster's history, for services that only look: it cannot write, whatever
# they are asked. Run by PostgreSQL's image when the database is made.
set -eu
[ -n "${CAI_POSTGRES_VIEW_PASSWORD:-}" ] || {
    echo 'set CAI_POSTGRES_VIEW_PASSWORD' >&2
    exit 1
}
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set password="$CAI_POSTGRES_VIEW_PASSWORD" <<'SQL'
CREATE ROLE cai_view LOGIN PASSWORD :'password' CONNECTION LIMIT 60;
GRANT pg_read_all_data TO cai_view;
ALTER ROLE cai_view SET default_transaction_read_only = on;
SQL
