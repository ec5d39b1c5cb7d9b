"""Which tables a database has, asked once: Dagster asks with every look at a partition."""

from __future__ import annotations

from collections.abc import Callable


def has_table(storage: object, name: str, ask: Callable[[str], bool]) -> bool:
    """Whether a database has a table: by what `storage` remembers, else by `ask`.

    Tables come with migrations and never go, so what is not there is asked for again.
    """
    known: set[str] = storage.__dict__.setdefault("_known_tables", set())
    if name not in known and ask(name):
        known.add(name)
    return name in known
