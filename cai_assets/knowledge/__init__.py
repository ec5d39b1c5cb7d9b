"""Facts of a whole configuration as typed tables."""
