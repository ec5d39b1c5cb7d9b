"""An object in several projects: the configuration first, then the extensions by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cai_assets.site.model import Input, Row

PROJECTS = Input("projects", ("project", "kind"))
"""The projects of the upload; parts of the page share it under the name `projects`."""


class Projects:
    """The order of projects, and which of them is the base."""

    def __init__(self, rows: Iterable[Row]) -> None:
        ordered = sorted(rows, key=lambda row: (row.kind != "configuration", row.project))
        self._rank = {row.project: rank for rank, row in enumerate(ordered)}
        self._kind: dict[str, str] = {row.project: row.kind for row in ordered}

    @property
    def several(self) -> bool:
        """Whether the upload has more than one project."""
        return len(self._rank) > 1

    def kind(self, project: str) -> str:
        """`configuration`, `extension` or `external`."""
        return self._kind.get(project, "")

    def rank(self, project: str) -> int:
        """The place of a project in the order."""
        return self._rank.get(project, len(self._rank))

    def ordered(self, rows: Iterable[Row]) -> list[Row]:
        """Rows by project, otherwise as they come."""
        return sorted(rows, key=lambda row: self.rank(row.project))

    def first(self, rows: Iterable[Row], key: Callable[[Row], str]) -> list[Row]:
        """Of rows about the same thing, the one of the first project."""
        found: dict[str, Row] = {}
        for row in self.ordered(rows):
            found.setdefault(key(row), row)
        return list(found.values())

    def badge(self, project: str, rows: Sequence[Row]) -> str:
        """The project as a mark of what does not come from the object's first project."""
        home = min((self.rank(row.project) for row in rows), default=0)
        return project if self.rank(project) != home else ""
