"""Where an upload was fetched from, as Dagster shows it: in tags of runs and in metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from cai_assets.intake.uploads import Origin

COMMIT_TAG, BRANCH_TAG = "cai/commit", "cai/branch"
AUTHOR_TAG, MESSAGE_TAG = "cai/author", "cai/message"
OBJECT_TAG = "cai/object"

_TAG_LENGTH = 80


def origin_tags(origin: Origin | None) -> dict[str, str]:
    """Tags of a run about an upload; long texts are cut, the upload's record has all of them."""
    if origin is None:
        return {}
    values = (
        {OBJECT_TAG: origin.place}
        if origin.kind != "git"
        else {
            COMMIT_TAG: origin.revision,
            BRANCH_TAG: origin.branch,
            AUTHOR_TAG: origin.author,
            MESSAGE_TAG: origin.subject,
        }
    )
    return {name: _cut(value) for name, value in values.items() if value}


def origin_metadata(origin: Origin | None) -> Mapping[str, dg.MetadataValue[Any]]:
    """Metadata of the materialization of an upload's first table."""
    if origin is None:
        return {}
    if origin.kind != "git":
        return {"object": dg.MetadataValue.text(origin.place)}
    values = {
        "commit": origin.revision,
        "repository": origin.place,
        "branch": origin.branch,
        "author": origin.author,
        "committed": origin.date,
        "message": origin.message,
    }
    return {name: dg.MetadataValue.text(value) for name, value in values.items() if value}


def _cut(text: str) -> str:
    return text if len(text) <= _TAG_LENGTH else text[: _TAG_LENGTH - 1] + "…"
