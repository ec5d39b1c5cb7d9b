"""Rules about one query, wherever it stands."""
