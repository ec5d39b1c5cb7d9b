"""Small EDT projects for tests: the least that a reader accepts, written file by file."""

from __future__ import annotations

from pathlib import Path

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<mdclass:{type} xmlns:mdclass="http://g5.1c.ru/v8/dt/metadata/mdclass" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" uuid="{uuid}">\n'
    "  <name>{name}</name>\n{body}</mdclass:{type}>\n"
)
_GROUPS = {"FilterCriterion": "FilterCriteria", "BusinessProcess": "BusinessProcesses"}


class EdtProject:
    """An EDT project below `root`; every method writes one file and returns its path."""

    def __init__(self, root: Path, name: str = "Пример", body: str = "") -> None:
        self.root = root
        self._count = 0
        self.write("src/Configuration/Configuration.mdo", self._mdo("Configuration", name, body))

    def write(self, path: str, text: str | bytes) -> Path:
        """Write any file."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def object(self, type_: str, name: str, body: str = "") -> Path:
        """Write an object's description; `body` is what follows its name."""
        return self.write(f"{self.folder(type_, name)}/{name}.mdo", self._mdo(type_, name, body))

    def module(self, type_: str, name: str, text: str, file: str = "Module.bsl") -> Path:
        """Write a module of an object."""
        return self.write(f"{self.folder(type_, name)}/{file}", text)

    def common_module(self, name: str, text: str, flags: str = "<server>true</server>") -> Path:
        """Write a common module with its description."""
        self.object("CommonModule", name, f"  {flags}\n")
        return self.module("CommonModule", name, text)

    @staticmethod
    def folder(type_: str, name: str) -> str:
        """The folder of an object, relative to the project."""
        return f"src/{_GROUPS.get(type_, type_ + 's')}/{name}"

    def _mdo(self, type_: str, name: str, body: str) -> str:
        self._count += 1
        uuid = f"00000000-0000-4000-8000-{self._count:012d}"
        return _HEAD.format(type=type_, name=name, body=body, uuid=uuid)
