"""Trained models on disk: one folder per experiment, and which of them is the champion.

`<base>/<configuration>/<model>/<experiment>/card.json` names the model's file beside it, with its
digest; it is written last, so an experiment without a card does not exist. `champion.json` in the
folder above names the champion. Nothing is pickled: a model is a `skops` file, and it is read only
after its digest, the versions it was made with and the types in it were checked.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from cai_assets.intake import files
from cai_assets.learning.model import Parameters, State, Words
from cai_assets.learning.scores import Interval
from cai_assets.onec.disk import extended, shown

CARD, CHAMPION = "card.json", "champion.json"
TRAINED: Literal["trained"] = "trained"
UNTRAINED: Literal["untrained"] = "untrained"

LIBRARIES = ("numpy", "scikit-learn", "scipy", "skops")
"""What a state depends on beside our code."""

_STRAY_SECONDS = 3600.0

_SAME_MINOR = "scikit-learn"
"""Its estimators are only promised to load in the minor version that made them."""


class ModelUnusable(Exception):
    """A model on disk cannot be used; `words` says which file, why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of an experiment; the JSON beside the model.

    `data` is the digest of all that was read; `code` the version of the model's code. `scores` are
    by contender and metric; `examples` counts the training examples and the test units.
    """

    model: str
    experiment: str
    configuration: str
    upload: str
    status: Literal["trained", "untrained"]
    data: str
    code: str
    seed: int
    parameters: Parameters
    versions: Mapping[str, str]
    trained: str
    seconds: float
    peak_bytes: int
    examples: Mapping[str, int]
    scores: Mapping[str, Mapping[str, Interval]] = field(default_factory=dict)
    notes: Mapping[str, str | int | float] = field(default_factory=dict)
    reason: Words = Words("", "")
    file: str = ""
    digest: str = ""
    size: int = 0

    def to_json(self) -> dict[str, Any]:
        """The card as it is stored."""
        return {**asdict(self), "reason": self.reason._asdict()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Card:
        """A stored card. Raises KeyError, TypeError or ValueError if it is none."""
        scores = {
            contender: {metric: Interval(**value) for metric, value in metrics.items()}
            for contender, metrics in data["scores"].items()
        }
        return cls(**{**data, "scores": scores, "reason": Words(**data["reason"])})


@dataclass(frozen=True, slots=True)
class Champion:
    """The model in use: its experiment, since when (ISO, UTC), and why."""

    experiment: str
    since: str
    decision: str


def library_versions() -> dict[str, str]:
    """The versions of what a state depends on."""
    return {name: version(name) for name in LIBRARIES}


class Registry:
    """All experiments of all configurations below `base`."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self._on_disk = Path(extended(os.fspath(base)))

    def folder(self, configuration: str, model: str, experiment: str = "") -> Path:
        """The folder of a model, or of one of its experiments."""
        return self._on_disk / configuration / model / experiment

    # --- reading ---------------------------------------------------------------------------

    def experiments(self, configuration: str, model: str) -> list[str]:
        """All experiments on disk, those with unreadable cards too, sorted by name."""
        folder = self.folder(configuration, model)
        with contextlib.suppress(FileNotFoundError):
            return sorted(
                entry.name
                for entry in os.scandir(folder)
                if entry.is_dir() and not entry.name.startswith(".")
            )
        return []

    def cards(self, configuration: str, model: str) -> list[Card]:
        """The readable cards, oldest first."""
        found = []
        for experiment in self.experiments(configuration, model):
            with contextlib.suppress(ModelUnusable):
                found.append(self.card(configuration, model, experiment))
        return sorted(found, key=lambda card: (card.trained, card.experiment))

    def card(self, configuration: str, model: str, experiment: str) -> Card:
        """The card of an experiment. Raises ModelUnusable."""
        path = self.folder(configuration, model, experiment) / CARD
        try:
            return Card.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise _unusable(path, "карточка не читается", "its card is unreadable") from error

    def champion(self, configuration: str, model: str) -> Champion | None:
        """The champion, or None if there is none (or its note is damaged)."""
        path = self.folder(configuration, model) / CHAMPION
        try:
            return Champion(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, TypeError, ValueError):
            return None

    def load(self, configuration: str, model: str, experiment: str) -> State:
        """The state of a trained experiment.

        Raises ModelUnusable if the file is absent or damaged, was made with another minor
        version of scikit-learn, or holds a type that is not known to be harmless.
        """
        card, path, data = self._stored(configuration, model, experiment)
        made_with, have = card.versions.get(_SAME_MINOR, "?"), version(_SAME_MINOR)
        if _minor(made_with) != _minor(have):
            raise _unusable(
                path,
                f"обучена с {_SAME_MINOR} {made_with}, здесь {have}",
                f"it was trained with {_SAME_MINOR} {made_with}, this is {have}",
            )
        return _loaded(path, data)

    def stored(self, configuration: str, model: str, experiment: str) -> bytes:
        """The file of a trained experiment, its digest checked. Raises ModelUnusable."""
        return self._stored(configuration, model, experiment)[2]

    def _stored(self, configuration: str, model: str, experiment: str) -> tuple[Card, Path, bytes]:
        card = self.card(configuration, model, experiment)
        path = self.folder(configuration, model, experiment) / (card.file or "model.skops")
        return card, path, _read(path, card)

    # --- writing ---------------------------------------------------------------------------

    def save(self, card: Card, state: State | None) -> Card:
        """Store an experiment; returns its card with file, digest and size filled in.

        The file's name holds its digest, so two writers of the same experiment do no harm: the
        card of either names a file that is there.
        """
        folder = self.folder(card.configuration, card.model, card.experiment)
        folder.mkdir(parents=True, exist_ok=True)
        if state is not None:
            from skops.io import dumps

            data = dumps(state, compression=zipfile.ZIP_DEFLATED, compresslevel=1)
            digest = hashlib.sha256(data).hexdigest()
            card = replace(card, file=f"model-{digest[:12]}.skops", digest=digest, size=len(data))
            files.write_atomic(folder / card.file, data)
        files.write_atomic(folder / CARD, _json(card.to_json()))
        return card

    def promote(self, configuration: str, model: str, champion: Champion) -> None:
        """Make an experiment the champion."""
        folder = self.folder(configuration, model)
        folder.mkdir(parents=True, exist_ok=True)
        files.write_atomic(folder / CHAMPION, _json(asdict(champion)))

    def remove(self, configuration: str, model: str, experiment: str) -> None:
        """Remove an experiment; the card goes first, so nobody meets half of it."""
        folder = self.folder(configuration, model, experiment)
        with contextlib.suppress(OSError):
            (folder / CARD).unlink()
        with contextlib.suppress(OSError):  # Windows removes nothing that is open
            files.remove_tree(folder)

    def tidy(self, configuration: str, model: str, experiment: str, now: float) -> None:
        """Remove what earlier or broken writings of an experiment left, and of the champion's note.

        `now` is in epoch seconds.

        What is younger than an hour stays: its card may be about to be written.
        """
        files.sweep_drafts(self.folder(configuration, model), below=False, now=now)
        folder = self.folder(configuration, model, experiment)
        with contextlib.suppress(ModelUnusable, OSError):
            named = {CARD, self.card(configuration, model, experiment).file}
            for entry in os.scandir(folder):
                if entry.name not in named and now - entry.stat().st_mtime > _STRAY_SECONDS:
                    os.unlink(entry)

    def size(self, configuration: str, model: str, experiment: str) -> int:
        """Bytes of the files of an experiment."""
        return sum(_sizes(self.folder(configuration, model, experiment)))


def _sizes(folder: Path) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                yield entry.stat().st_size


def _read(path: Path, card: Card) -> bytes:
    if card.status != TRAINED:
        raise _unusable(path, "в этом эксперименте модель не обучена", "nothing was trained in it")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unusable(path, "файл модели не читается", "the file cannot be read") from error
    if hashlib.sha256(data).hexdigest() != card.digest:
        raise _unusable(path, "файл модели повреждён", "the file is damaged")
    return data


def _loaded(path: Path, data: bytes) -> State:
    from sklearn.exceptions import InconsistentVersionWarning
    from skops.io import get_untrusted_types, loads

    try:
        unknown = get_untrusted_types(data=data)
        if unknown:
            names = ", ".join(unknown)
            raise _unusable(
                path, f"в файле чужие типы: {names}", f"it holds types not trusted: {names}"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("error", InconsistentVersionWarning)
            state = loads(data, trusted=[])
    except ModelUnusable:
        raise
    except Exception as error:  # whatever a foreign file makes the loader raise
        raise _unusable(path, f"не загружается: {error}", f"it does not load: {error}") from error
    if not isinstance(state, dict):
        raise _unusable(path, "в файле не модель", "it holds no model")
    return state


def _unusable(path: Path, why_ru: str, why_en: str) -> ModelUnusable:
    return ModelUnusable(
        Words(
            f"{shown(path)}: {why_ru}; обучите заново: cai train",
            f"{shown(path)}: {why_en}; train again: cai train",
        )
    )


def _minor(text: str) -> str:
    return ".".join(text.split(".")[:2])


def _json(data: Mapping[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()
