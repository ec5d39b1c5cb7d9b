"""The 1C:Enterprise language (BSL): text in, syntax tree and facts out."""
