"""Queries of real configurations: what code does not build has no error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from cai_assets.onec.errors import NotSupported
from cai_assets.onec.facts import FileFacts
from cai_assets.onec.projects import list_sources
from cai_assets.onec.readers import reader_for
from cai_assets.onec.sources import FileKind
from cai_assets_tests.onec.bsl.real import corpus

KINDS = (FileKind.MODULE, FileKind.FORM, FileKind.COMPOSITION)


def files(name: str) -> Iterator[FileFacts]:
    root = corpus(name)
    for source in list_sources(root).files:
        reader = reader_for(source) if source.kind in KINDS else None
        if reader is not None:
            try:
                yield reader(source, (root / source.path).read_bytes())
            except NotSupported:
                continue


@pytest.mark.parametrize(
    ("name", "texts", "broken_parts"),
    [
        ("ssl_3_1_edt", 2234, 39),
        ("IRP", 1948, 46),
        ("yaxunit", 59, 1),
        ("dt-demo-configuration", 61, 0),
        ("FoxyLink", 67, 21),
    ],
)
def test_only_parts_of_queries_do_not_parse(name: str, texts: int, broken_parts: int) -> None:
    rows = [row for facts in files(name) for row in facts.queries]
    assert len(rows) == texts
    errors = Counter(row.form in {"whole", "joined"} for row in rows if row.errors)
    assert (errors[True], errors[False]) == (0, broken_parts)
