"""What an upload consists of: its projects and its files, and the layouts and kinds there are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """How a project is laid out as files."""

    EDT = "edt"
    DESIGNER = "designer"


class ProjectKind(StrEnum):
    """What a project holds."""

    CONFIGURATION = "configuration"
    EXTENSION = "extension"
    EXTERNAL = "external"


class FileKind(StrEnum):
    """What a file is. Readers are chosen by layout and kind."""

    CONFIGURATION = "configuration"
    OBJECT = "object"
    FORM = "form"
    FORM_DECLARATION = "form_declaration"  # Designer: Forms/F.xml
    TEMPLATE_DECLARATION = "template_declaration"  # Designer: Templates/T.xml
    MODULE = "module"
    RIGHTS = "rights"
    SCHEDULE = "schedule"
    FLOWCHART = "flowchart"  # the route of a business process
    PREDEFINED = "predefined"  # Designer: Ext/Predefined.xml
    CONTENT = "content"  # Designer: exchange plan Ext/Content.xml
    COMPOSITION = "composition"  # data composition schema
    SUPPORT = "support"
    BASE_COPY = "base_copy"  # EDT extensions: BaseForm/, the base's own form again
    UNPACKED = "unpacked"  # a tool's copy of an ordinary form's content, beside its Form.bin
    TEMPLATE = "template"
    HELP = "help"
    PICTURE = "picture"
    SERVICE = "service"  # EDT: .project, .settings/ and DT-INF/ beside src/
    OTHER = "other"
    OUTSIDE = "outside"  # in no project


@dataclass(slots=True, frozen=True)
class SourceFile:
    """One file of an upload. `path` is relative to the upload, with forward slashes.

    `owner` is the id of the object, form or template it belongs to, empty if none;
    `module_kind` names the module (`ObjectModule`, `Module` …) and is empty for other files.
    """

    path: str
    project: str
    layout: Layout
    kind: FileKind
    owner: str
    module_kind: str
    size: int


@dataclass(slots=True, frozen=True)
class Project:
    """A configuration, an extension or external objects. Paths are relative to the upload.

    `name` is unique in the upload; `configuration` is the name as its own file states it.
    `path` is the folder that holds the group folders (`Catalogs` …). `external` is the group
    of a Designer dump of an external object, whose files stand without a group folder.
    """

    name: str
    kind: ProjectKind
    layout: Layout
    path: str
    configuration: str = ""
    external: str = ""
    stem: str = ""

    @property
    def owner(self) -> str:
        """The id of the configuration object, which owns what stands outside any group."""
        return "" if self.kind is ProjectKind.EXTERNAL else f"Configuration.{self.configuration}"


@dataclass(slots=True, frozen=True)
class Listing:
    """The projects of an upload and all its files, both sorted by path.

    `unreadable` names folders and files that could not be listed, with the reason.
    """

    projects: tuple[Project, ...]
    files: tuple[SourceFile, ...]
    unreadable: tuple[tuple[str, str], ...]
