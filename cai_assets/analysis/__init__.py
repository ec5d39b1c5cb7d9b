"""Questions asked of the tables. Reads what `knowledge` wrote, never a source file."""
