"""Rules about the tables of the whole configuration: metadata, calls, references."""
