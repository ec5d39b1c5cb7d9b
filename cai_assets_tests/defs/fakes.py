"""A stand-in for the parser, and uploads made by hand: a folder of text files becomes tables.

`objects.txt` holds one object id per line; every file stands in the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from cai_assets.defs.resources import Uploads
from cai_assets.intake.uploads import Upload, next_id, write_upload
from cai_assets.knowledge.extract import Extraction, Stats
from cai_assets.knowledge.schema import TABLES


def table_of(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of a table of the schema; columns that are not named are null."""
    return pa.Table.from_pylist(rows, schema=TABLES[name].arrow_schema)


def tables_of(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, pa.Table]:
    """All tables of the schema, those not named empty."""
    return {name: table_of(name, rows.get(name, [])) for name in TABLES}


@dataclass
class FakeExtractor:
    """Reads nothing but file names and `objects.txt`; remembers how it was called."""

    fault: Exception | None = None
    forget: frozenset[str] = frozenset()
    previous: list[Mapping[str, pa.Table] | None] = field(default_factory=list)

    def extract(self, root: Path, *, previous: Any, workers: Any, progress: Any) -> Extraction:
        self.previous.append(previous)
        if self.fault is not None:
            raise self.fault
        files = sorted(path.name for path in root.iterdir())
        objects = (root / "objects.txt").read_text(encoding="utf-8").split()
        tables = tables_of(
            {
                "projects": [{"project": "Торговля", "kind": "configuration", "layout": "edt"}],
                "source_files": [
                    {"path": name, "project": "Торговля", "status": "parsed", "reason": ""}
                    for name in files
                    if name not in self.forget
                ],
                "objects": [
                    {
                        "project": "Торговля",
                        "object": name,
                        "type": name.split(".")[0],
                        "name": name.split(".")[1],
                        "file": "objects.txt",
                    }
                    for name in objects
                ],
            }
        )
        return Extraction(tables, Stats(files=len(files), read=len(files)))


def accept_folder(
    uploads: Uploads, objects: list[str], *, files: tuple[str, ...] = (), slug: str = "trade"
) -> Upload:
    """Make an upload of `objects` and empty `files` as the intake leaves it, without a 1C project.

    The digest is the text of the objects, the id counts up.
    """
    text = "\n".join(objects)
    received = datetime(2026, 1, 1, tzinfo=UTC)
    digest = hashlib.sha256(text.encode()).hexdigest()
    upload_id = next_id(uploads.root, slug, digest, received)
    folder = uploads.root.uploads / slug / upload_id
    upload = Upload(
        id=upload_id,
        slug=slug,
        name="Торговля",
        received=received.isoformat(),
        original_name="trade.zip",
        digest=digest,
        files=1 + len(files),
        size=len(text),
        folder=folder,
    )
    upload.content.mkdir(parents=True)
    (upload.content / "objects.txt").write_text(text, encoding="utf-8")
    for name in files:
        (upload.content / name).touch()
    write_upload(upload, folder)
    return upload
