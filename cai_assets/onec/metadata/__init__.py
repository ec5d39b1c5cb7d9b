"""Readers of metadata, in both layouts; `readers` tells which reads which file."""
