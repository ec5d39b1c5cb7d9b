"""A branch of a git repository as a way in: each new commit is an upload. No Dagster here."""
