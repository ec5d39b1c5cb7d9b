"""The query language of 1C: tokens, syntax tree and what a query refers to."""
