"""Finding the tables of a configuration by its name, and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cai_assets.cli.frame import Session, WrongUse
from cai_assets.messages import M, Messages

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc

    from cai_assets.knowledge.snapshots import Snapshot
    from cai_assets.knowledge.storage import StoredPath


class StoredTables:
    """The tables in one folder: a group of the store, or what `cai parse` wrote."""

    def __init__(self, folder: StoredPath) -> None:
        self._folder = folder

    def read(
        self, table: str, columns: list[str] | None = None, where: pc.Expression | None = None
    ) -> pa.Table:
        """The named columns of the rows for which `where` holds."""
        from cai_assets.knowledge.store import read_table

        return read_table(self._folder / f"{table}.parquet", columns, where)


def current_snapshot(session: Session, name: str) -> Snapshot:
    """The newest upload of the configuration called `name`. Raises WrongUse if there is none."""
    from cai_assets.intake.slugs import slug
    from cai_assets.knowledge.snapshots import Snapshots

    snapshots = Snapshots(session.settings.tables)
    known = {key.casefold(): key for key in snapshots.configurations()}
    key = known.get(name.casefold()) or known.get(slug(name).casefold())
    snapshot = snapshots.current(key) if key else None
    if snapshot is None:
        from difflib import get_close_matches

        text = session.say(M.UNKNOWN_CONFIGURATION, name=name, path=session.settings.tables)
        close = get_close_matches(slug(name).casefold(), known, cutoff=0.5) or list(known)[:5]
        raise WrongUse(text + close_names(session.say, [known[item] for item in close]))
    return snapshot


def close_names(say: Messages, names: Sequence[str]) -> str:
    """What to add to a message about a wrong name: names like it, nothing if there are none."""
    return say(M.DID_YOU_MEAN, names=", ".join(names)) if names else ""
