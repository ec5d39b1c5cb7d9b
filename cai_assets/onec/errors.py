"""Errors that readers raise for a whole file or a whole upload; the ledger keeps their words."""

from __future__ import annotations


class UnreadableFile(Exception):
    """A file that should be readable is not: damaged, hostile, or in a wrong encoding."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class NotSupported(Exception):
    """A file of a kind that is known but not read, such as a compiled module."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoProjects(Exception):
    """An upload without a 1C project in a supported layout.

    `code`: `empty`, `flat_dump`, `binary` or `none`; `path` is the file that shows it.
    """

    def __init__(self, reason: str, code: str = "none", path: str = "") -> None:
        super().__init__(reason, code, path)
        self.reason = reason
        self.code = code
        self.path = path

    def __str__(self) -> str:
        return self.reason
