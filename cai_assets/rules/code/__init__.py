"""Rules about the syntax tree of one module."""
