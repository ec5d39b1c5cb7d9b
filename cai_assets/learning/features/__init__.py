"""Numbers that models are made of, from the tables of an upload."""
