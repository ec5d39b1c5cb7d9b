"""Which reader of metadata reads which file of which layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cai_assets.onec.facts import FileFacts
from cai_assets.onec.metadata import designer, edt
from cai_assets.onec.metadata.composition import read_composition
from cai_assets.onec.metadata.flowcharts import read_flowchart
from cai_assets.onec.metadata.forms_designer import read_designer_form
from cai_assets.onec.metadata.forms_edt import read_edt_form
from cai_assets.onec.metadata.rights import read_rights
from cai_assets.onec.metadata.schedules import read_designer_schedule, read_edt_schedule
from cai_assets.onec.metadata.support import read_support
from cai_assets.onec.sources import FileKind, Layout, SourceFile

Reader = Callable[[SourceFile, bytes], FileFacts]

_READERS: Final[dict[tuple[Layout, FileKind], Reader]] = {
    (Layout.EDT, FileKind.CONFIGURATION): edt.read_configuration,
    (Layout.EDT, FileKind.OBJECT): edt.read_object,
    (Layout.DESIGNER, FileKind.CONFIGURATION): designer.read_configuration,
    (Layout.DESIGNER, FileKind.OBJECT): designer.read_object,
    (Layout.DESIGNER, FileKind.FORM_DECLARATION): designer.read_form_declaration,
    (Layout.DESIGNER, FileKind.TEMPLATE_DECLARATION): designer.read_template_declaration,
    (Layout.DESIGNER, FileKind.PREDEFINED): designer.read_predefined,
    (Layout.DESIGNER, FileKind.CONTENT): designer.read_content,
    (Layout.EDT, FileKind.FORM): read_edt_form,
    (Layout.DESIGNER, FileKind.FORM): read_designer_form,
    (Layout.EDT, FileKind.SCHEDULE): read_edt_schedule,
    (Layout.DESIGNER, FileKind.SCHEDULE): read_designer_schedule,
    **{(layout, FileKind.RIGHTS): read_rights for layout in Layout},
    **{(layout, FileKind.FLOWCHART): read_flowchart for layout in Layout},
    **{(layout, FileKind.COMPOSITION): read_composition for layout in Layout},
    **{(layout, FileKind.SUPPORT): read_support for layout in Layout},
}


def reader_for(source: SourceFile) -> Reader | None:
    """Return the reader of this file, None if files of its kind hold no metadata."""
    return _READERS.get((source.layout, source.kind))
