"""Find the 1C projects in an upload and say what each file is, by its path alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """How a project is laid out as files."""

    EDT = "edt"
    DESIGNER = "designer"


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
    PREDEFINED = "predefined"  # Designer: Ext/Predefined.xml
    CONTENT = "content"  # Designer: exchange plan Ext/Content.xml
    COMPOSITION = "composition"  # data composition schema
    SUPPORT = "support"
    BASE_COPY = "base_copy"  # EDT extensions: BaseForm/, the base's own form again
    TEMPLATE = "template"
    HELP = "help"
    PICTURE = "picture"
    OTHER = "other"


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
