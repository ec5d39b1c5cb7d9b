"""The ML dataset: a row per routine with all that is known of it, and views of it per task."""
