"""Tables of the site about the uploads kept: what each changed since the one before.

The table `changes` of an upload says what happened to objects, their parts and routines, and to
findings; `upload_comparison` tells the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from cai_assets.analysis.changes.metadata import types_text
from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.site.derived.kept_uploads import CHANGE, COMPARED, Upload
from cai_assets.site.derived.making import ARCHITECTURE, DEPENDENCIES
from cai_assets.site.derived.upload_comparison import Comparison
from cai_assets.site.model import Source

CHANGES = "changes"
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("upload", *CHANGE[:7])),
        ("breaking", pa.bool_()),
        ("public_api", pa.bool_()),
        *((name, pa.string()) for name in ("why", "text_ru", "text_en")),
        ("users", pa.int64()),
        ("file", pa.string()),
        ("line", pa.int64()),
        *((name, pa.string()) for name in ("subsystem", "synonym", "types")),
    ]
)

_RELEASE = pa.schema(
    [
        ("upload", pa.string()),
        ("published", pa.string()),
        ("before", pa.string()),
        ("version", pa.string()),
        ("version_before", pa.string()),
        ("compatibility", pa.string()),
        ("compatibility_before", pa.string()),
        ("objects", pa.int64()),
        ("lines", pa.int64()),
        ("compared", pa.bool_()),
        ("commit", pa.string()),
        ("author", pa.string()),
        ("message", pa.string()),
    ]
)


def _uploads(source: Source) -> list[Upload]:
    return [Upload(*upload) for upload in source.uploads]


def _releases(source: Source) -> pa.Table:
    """The uploads kept, oldest first; `compared` tells whether what changed is known."""
    rows = []
    before: Upload | None = None
    told_before: tuple[str, str] = ("", "")
    for upload in _uploads(source):
        told = _versions(upload)
        measures = upload.read(ARCHITECTURE, "measures", ("objects", "lines")) or [{}]
        summary = upload.read(CHANGES, "changes_summary", ("what", "change", "count", "breaking"))
        rows.append(
            {
                "upload": upload.name,
                "published": upload.published,
                "before": before.name if before else "",
                "version": told[0],
                "version_before": told_before[0],
                "compatibility": told[1],
                "compatibility_before": told_before[1],
                "objects": measures[0].get("objects"),
                "lines": measures[0].get("lines"),
                "compared": bool(summary) or (summary is not None and before is not None),
                "commit": upload.origin.get("revision", ""),
                "author": upload.origin.get("author", ""),
                "message": upload.origin.get("message", "").partition("\n")[0],
            }
        )
        before, told_before = upload, told
    return pa.Table.from_pylist(rows, schema=_RELEASE)


def _versions(upload: Upload) -> tuple[str, str]:
    """Version and compatibility mode of the configuration."""
    rows = upload.read(PARSED, "projects", ("kind", "version", "compatibility_mode")) or []
    first = next((row for row in rows if row["kind"] == "configuration"), None)
    return (first["version"] or "", first["compatibility_mode"] or "") if first else ("", "")


def _changes(source: Source) -> pa.Table:
    """What each upload changed, one row per change; `subsystem` is the home of the object."""
    rows: list[dict[str, Any]] = []
    before: Upload | None = None
    for upload in _uploads(source):
        changed = upload.read(CHANGES, "changes", CHANGE) or []
        renamed = {
            row["old"]: row["new"]
            for row in changed
            if row["what"] == "object" and row["change"] == "renamed"
        }
        if before is not None:
            changed += Comparison(before, upload, renamed).rows()
        known = [upload, before] if before is not None else [upload]
        rows += [_told(row, upload.name, known) for row in changed]
        before = upload
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _told(row: Mapping[str, Any], upload: str, known: Sequence[Upload]) -> dict[str, Any]:
    object_ = row["object"] or ""
    described = row["what"] in ("object", "member")
    types = (
        types_text(known[0].types.get(row["id"], {}))
        if row["what"] == "member" and row["change"] == "added"
        else ""
    )
    return {
        **row,
        "upload": upload,
        "subsystem": next((home for one in known if (home := one.homes.get(object_))), ""),
        "synonym": next((s for one in known if (s := one.synonyms.get(row["id"]))), "")
        if described
        else "",
        "types": types,
    }


TABLES: Mapping[str, Callable[[Source], pa.Table]] = {
    "releases": _releases,
    "release_changes": _changes,
}
"""How each table is made; part of `derived.DERIVED`."""

READS: Mapping[str, tuple[str, ...]] = {
    PARSED: (*COMPARED, "projects"),
    CHANGES: ("changes", "changes_summary"),
    DEPENDENCIES: ("graph_nodes",),
    ARCHITECTURE: ("measures",),
}
"""Tables by group that these are made from, those of earlier uploads too."""
