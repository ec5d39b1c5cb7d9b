"""Which reader reads which file. The only place that joins BSL and metadata."""

from __future__ import annotations

from collections.abc import Callable

from cai_assets.onec.bsl.analyse import read_module
from cai_assets.onec.facts import FileFacts
from cai_assets.onec.metadata.readers import reader_for as metadata_reader_for
from cai_assets.onec.sources import FileKind, SourceFile

Reader = Callable[[SourceFile, bytes], FileFacts]

_WHY_NOT = {
    FileKind.BASE_COPY: "copy of the base's form, read where the base is",
    FileKind.UNPACKED: "unpacked copy of the Form.bin beside it",
    FileKind.TEMPLATE: "a template of a kind that is not read",
    FileKind.HELP: "help page",
    FileKind.PICTURE: "picture",
    FileKind.SERVICE: "service file of EDT, holds no metadata",
    FileKind.OUTSIDE: "belongs to no 1C project",
}


def reader_for(source: SourceFile) -> Reader | None:
    """The reader of `source`, or None if files of this kind are not read."""
    if source.kind is FileKind.MODULE:
        return read_module
    return metadata_reader_for(source)


def why_not_read(source: SourceFile) -> str:
    """One line that says why a file without a reader is not read."""
    if source.path.rpartition("/")[2] == "architecture.toml":
        return "architecture contract, which the architecture analysis reads"
    return _WHY_NOT.get(source.kind, "a kind of file that is not read")
