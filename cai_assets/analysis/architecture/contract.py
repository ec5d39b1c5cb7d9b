"""The architecture contract: which subsystem may use which, read from `architecture.toml`.

`docs/architecture-analysis.md` describes the file. Nothing here looks at a configuration; `check`
holds a contract against one.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal

from cai_assets.knowledge.edges import EDGE_KINDS

FILE_NAME: Final = "architecture.toml"
"""The name of the file at the root of an upload, or beside a project in it."""

Access = Literal["allow", "deny"]
Language = Literal["ru", "en"]

_KINDS = [kind.name for kind in EDGE_KINDS]
_TOP = ("mode", "layer", "rule", "ignore")
_LAYER = ("name", "subsystems", "independent")
_RULE = ("name", "from", "to", "access", "kinds", "reason")
_IGNORE = ("name", "from", "to", "kinds", "reason")


class ContractError(ValueError):
    """The contract cannot be used. `place` is a line or a key; `told` says it in a language."""

    def __init__(self, file: str, place: str, english: str, russian: str) -> None:
        super().__init__(f"{file}, {place}: {english}")
        self.file = file
        self.place = place
        self._texts = {"en": english, "ru": russian}

    def told(self, language: Language) -> str:
        """File, place, what is wrong and what to do."""
        place = self.place.replace("line ", "строка ") if language == "ru" else self.place
        return f"{self.file}, {place}: {self._texts[language]}"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer; `independent` forbids its subsystems to use each other."""

    name: str
    subsystems: tuple[str, ...]
    independent: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """What may, or may not, use what. Empty `kinds` stand for every kind of dependency."""

    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    access: Access
    kinds: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """Exceptions are asked first, then rules in order, then layers (top first), then `mode`."""

    file: str = FILE_NAME
    mode: Access = "allow"
    layers: tuple[Layer, ...] = ()
    rules: tuple[Rule, ...] = ()
    ignored: tuple[Rule, ...] = ()


def find_contract(
    upload: Path, project_paths: Iterable[str] = (), named: Path | None = None
) -> Path | None:
    """The file of the contract: `named`, or in the root of the upload, or beside a project.

    `project_paths` are those of the table `projects`. Raises FileNotFoundError if `named` is
    given and is no file.
    """
    if named is not None:
        if not named.is_file():
            raise FileNotFoundError(os.fspath(named))
        return named
    folders = [upload]
    for path in project_paths:
        folder = upload / path
        folders += [folder, folder.parent] if path else []
    return next((f / FILE_NAME for f in folders if (f / FILE_NAME).is_file()), None)


def read_contract(path: Path) -> Contract:
    """The contract in a file. Raises ContractError, or OSError if the file cannot be read."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ContractError(
            os.fspath(path),
            f"line {line}",
            "not UTF-8; save the file in UTF-8",
            "не UTF-8; сохраните файл в UTF-8",
        ) from error
    return parse_contract(text, os.fspath(path))


def parse_contract(text: str, file: str = FILE_NAME) -> Contract:
    """The contract in a TOML text. Raises ContractError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(file, error) from error
    return _Reader(file, text).contract(data)


def _syntax_error(file: str, error: tomllib.TOMLDecodeError) -> ContractError:
    said, _, place = str(error).partition(" (at ")
    place = place.rstrip(")") or "end of document"
    return ContractError(
        file,
        place.partition(",")[0],
        f"not TOML: {said}",
        f"ошибка синтаксиса TOML: {said}",
    )


class _Reader:
    """Turns tables of TOML into a contract; every fault names its table's line and key."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()

    def contract(self, data: Mapping[str, Any]) -> Contract:
        self._known(data, _TOP, "", 0)
        mode = data.get("mode", "allow")
        if mode not in ("allow", "deny"):
            self._fail("", 0, "mode", 'must be "allow" or "deny"', "должен быть allow или deny")
        layers = [self._layer(row, n) for n, row in self._tables(data, "layer")]
        rules = [self._rule(row, n) for n, row in self._tables(data, "rule")]
        ignored = [self._ignored(row, n) for n, row in self._tables(data, "ignore")]
        self._unique("layer", [layer.name for layer in layers])
        self._unique("rule", [rule.name for rule in rules])
        if not layers and not rules and mode == "allow":
            self._fail(
                "",
                0,
                "",
                "the contract forbids nothing; add a [[layer]] or a [[rule]]",
                "контракт ничего не запрещает; добавьте [[layer]] или [[rule]]",
            )
        return Contract(self._file, mode, tuple(layers), tuple(rules), tuple(ignored))

    def _layer(self, row: Mapping[str, Any], number: int) -> Layer:
        self._known(row, _LAYER, "layer", number)
        independent = row.get("independent", False)
        if not isinstance(independent, bool):
            self._fail(
                "layer",
                number,
                "independent",
                "must be true or false",
                "должен быть true или false",
            )
        names = self._words(row, "subsystems", "layer", number)
        return Layer(self._name(row, "layer", number), names, independent)

    def _rule(self, row: Mapping[str, Any], number: int) -> Rule:
        self._known(row, _RULE, "rule", number)
        access = row.get("access", "deny")
        if access not in ("allow", "deny"):
            self._fail(
                "rule", number, "access", 'must be "allow" or "deny"', "должен быть allow или deny"
            )
        reason = self._reason(row, "rule", number, needed=access == "deny")
        return self._edges(row, "rule", number, access, reason)

    def _ignored(self, row: Mapping[str, Any], number: int) -> Rule:
        self._known(row, _IGNORE, "ignore", number)
        reason = self._reason(row, "ignore", number, needed=True)
        return self._edges(row, "ignore", number, "allow", reason)

    def _edges(
        self, row: Mapping[str, Any], what: str, number: int, access: Access, reason: str
    ) -> Rule:
        return Rule(
            self._name(row, what, number),
            self._words(row, "from", what, number),
            self._words(row, "to", what, number),
            access,
            self._kinds(row, what, number),
            reason,
        )

    def _tables(self, data: Mapping[str, Any], what: str) -> list[tuple[int, Mapping[str, Any]]]:
        rows = data.get(what, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._fail("", 0, what, f"must be written as [[{what}]]", f"пишется как [[{what}]]")
        return list(enumerate(rows, 1))

    def _name(self, row: Mapping[str, Any], what: str, number: int) -> str:
        name = row.get("name", f"{what} {number}")
        if not isinstance(name, str) or not name.strip():
            self._fail(what, number, "name", "must be a text", "должно быть текстом")
        return str(name).strip()

    def _reason(self, row: Mapping[str, Any], what: str, number: int, needed: bool) -> str:
        reason = row.get("reason", "")
        if not isinstance(reason, str) or (needed and not reason.strip()):
            self._fail(
                what,
                number,
                "reason",
                "must say in a sentence why; who meets the finding will read it",
                "должно объяснять причину: её прочтёт тот, кто получит замечание",
            )
        return str(reason).strip()

    def _words(self, row: Mapping[str, Any], key: str, what: str, number: int) -> tuple[str, ...]:
        value = row.get(key)
        words = [value] if isinstance(value, str) else value
        if (
            not isinstance(words, list)
            or not words
            or not all(isinstance(word, str) and word.strip() for word in words)
        ):
            self._fail(
                what,
                number,
                key,
                'must be a name or a list of names, like ["Sales", "Stock.*"]',
                'должен быть именем или списком имён, например ["Продажи", "Склад.*"]',
            )
        return tuple(str(word).strip() for word in words or ())

    def _kinds(self, row: Mapping[str, Any], what: str, number: int) -> tuple[str, ...]:
        if "kinds" not in row:
            return ()
        kinds = self._words(row, "kinds", what, number)
        for kind in kinds:
            if not any(fnmatchcase(name, kind) for name in _KINDS):
                hint = _hint(kind, _KINDS)
                self._fail(
                    what,
                    number,
                    "kinds",
                    f'there is no kind of reference "{kind}"{hint[0]}',
                    f"нет вида связи «{kind}»{hint[1]}",
                )
        return kinds

    def _known(self, row: Mapping[str, Any], keys: Sequence[str], what: str, number: int) -> None:
        for key in row:
            if key not in keys:
                hint = _hint(key, keys)
                expected = ", ".join(keys)
                self._fail(
                    what,
                    number,
                    key,
                    f"unknown key{hint[0]}; there are: {expected}",
                    f"неизвестный ключ{hint[1]}; есть: {expected}",
                )

    def _unique(self, what: str, names: Sequence[str]) -> None:
        for number, name in enumerate(names, 1):
            if name in names[: number - 1]:
                self._fail(
                    what,
                    number,
                    "name",
                    f'"{name}" is taken; give it another name',
                    f"имя «{name}» занято; дайте другое",
                )

    def _fail(self, what: str, number: int, key: str, english: str, russian: str) -> None:
        path = ".".join(part for part in (f"{what}[{number}]" if what else "", key) if part)
        line = self._line_of(what, number, key)
        place = ", ".join(part for part in (f"line {line}" if line else "", path) if part)
        raise ContractError(self._file, place or "line 1", english, russian)

    def _line_of(self, what: str, number: int, key: str) -> int:
        """The line of `key` in the numbered table, else of its header; 0 if not found."""
        header, seen = 0, 0
        for line, text in enumerate(self._lines, 1):
            bare = text.strip()
            if bare.startswith("["):
                if header or not what:
                    break
                seen += bare.replace(" ", "").startswith(f"[[{what}]]")
                header = line if seen == number else 0
            elif (header or not what) and key and bare.partition("=")[0].strip(" \"'") == key:
                return line
        return header


def _hint(word: str, known: Sequence[str]) -> tuple[str, str]:
    close = difflib.get_close_matches(word, known, 1)
    if not close:
        return "", ""
    return f', did you mean "{close[0]}"?', f", может быть, «{close[0]}»?"
