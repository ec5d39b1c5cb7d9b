"""What was learned, as others use it: the champion's answers about the newest upload that has any.

An upload is learned from after it was built, so for a while the answers are about the one before;
`Answers.upload` says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.storage import exists
from cai_assets.knowledge.store import read_table
from cai_assets.learning.model import Words
from cai_assets.learning.registry import Registry
from cai_assets.learning.schema import DECISIONS, EVALUATION, SCORES

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath


class NothingLearned(Exception):
    """There is no answer; `words` says why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from an upload. `current`: there is no newer upload."""

    configuration: str
    upload: str
    current: bool
    folder: StoredPath

    def table(self, model: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A table of a model. Raises FileNotFoundError if it is not there."""
        path = self.folder / model / f"{name}.parquet"
        return read_table(path, None if columns is None else list(columns))


def find_learned(
    snapshots: Snapshots, configuration: str, group: str, table: str = SCORES.name
) -> Learned:
    """The newest upload that has this table of a group. Raises NothingLearned."""
    uploads = snapshots.uploads(configuration)
    for upload in reversed(uploads):
        folder = snapshots.folder(configuration, upload)
        if exists(folder / group / f"{table}.parquet"):
            return Learned(configuration, upload, upload == uploads[-1], folder)
    raise NothingLearned(
        Words(
            f"модели для {configuration} ещё не обучены; обучить: cai train {configuration}",
            f"nothing was learned from {configuration} yet; to train: cai train {configuration}",
        )
    )


def champion_answers(learned: Learned, registry: Registry, model: str, table: str) -> pa.Table:
    """The rows of an output of `model` that its champion gave, in their order.

    Raises NothingLearned if there is no champion, or it has not looked at this upload.
    """
    champion = registry.champion(learned.configuration, model)
    if champion is None:
        raise NothingLearned(why_no_champion(learned, model))
    rows = learned.table(model, table)
    mine = rows.filter(pc.equal(rows.column("experiment").cast(pa.string()), champion.experiment))
    measured = learned.table(model, SCORES.name, ["experiment"]).column("experiment")
    if champion.experiment not in measured.cast(pa.string()).to_pylist():
        name = learned.configuration
        raise NothingLearned(
            Words(
                f"лучшая модель {champion.experiment} не применялась к выгрузке "
                f"{learned.upload}; обучить заново: cai train {name}",
                f"the champion {champion.experiment} has not looked at the upload "
                f"{learned.upload}; train again: cai train {name}",
            )
        )
    return mine


def why_no_champion(learned: Learned, model: str) -> Words:
    """Why no model was promoted, as the evaluation said it."""
    try:
        rows: list[Mapping[str, str]] = learned.table(EVALUATION, DECISIONS.name).to_pylist()
    except FileNotFoundError:
        rows = []
    for row in rows:
        if row["model"] == model:
            return Words(
                f"ни одна модель не принята: {row['note_ru']}",
                f"no model was promoted: {row['note_en']}",
            )
    name = learned.configuration
    return Words(
        f"модели ещё не сравнивались; обучить: cai train {name}",
        f"models have not been compared yet; to train: cai train {name}",
    )
