"""Where our rules differ from the reference on purpose, and tests that cannot be compared."""

from __future__ import annotations

NOTES: dict[str, str] = {}
"""Key → how our rule differs and why, in a sentence or two."""

NOT_COMPARED: dict[tuple[str, str], str] = {}
"""(key, test method or `*`) → why a test is not compared."""

BY_NUMBER: frozenset[str] = frozenset()
"""Rules about metadata: the reference reports them at a module's first token, we at the object's
own file. They are compared by their number in the configuration that the test names."""
