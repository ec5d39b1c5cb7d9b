"""Whose upload is it: the configuration that an unpacked upload holds."""

from __future__ import annotations

from pathlib import Path

from cai_assets.intake.copying import walk_tree
from cai_assets.onec.projects import find_projects
from cai_assets.onec.sources import ProjectKind

_ORDER = (ProjectKind.CONFIGURATION, ProjectKind.EXTENSION, ProjectKind.EXTERNAL)


def configuration_name(root: Path) -> str:
    """Name of the main project below `root`: a configuration before extensions before the rest.

    Among several of a kind the one nearest to the top. Raises `NoProjects` if there is none.
    """
    sizes = {file.path: file.size for file in walk_tree(root)}
    main = min(
        find_projects(root, sizes),
        key=lambda project: (_ORDER.index(project.kind), project.path.count("/"), project.path),
    )
    return main.configuration or main.name
