"""Real configurations: the layout twins give equal rows, and every body there is can be read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cai_assets.onec.errors import NotSupported, UnreadableFile
from cai_assets.onec.facts import FileFacts
from cai_assets.onec.metadata.readers import reader_for
from cai_assets.onec.projects import list_sources
from cai_assets.onec.sources import FileKind, SourceFile
from cai_assets_tests.onec.metadata.bodies import ROWS, without_place

CORPORA = os.environ.get("CAI_CORPORA", "")
BODIES = frozenset(
    {
        FileKind.FORM,
        FileKind.RIGHTS,
        FileKind.SCHEDULE,
        FileKind.COMPOSITION,
        FileKind.SUPPORT,
    }
)

pytestmark = pytest.mark.skipif(
    not CORPORA, reason="CAI_CORPORA does not name a folder with real configurations"
)


def _folder(name: str) -> Path:
    folder = Path(CORPORA) / name
    if not folder.is_dir():
        pytest.skip(f"CAI_CORPORA has no {name}")
    return folder


def _bodies(root: Path) -> Iterator[tuple[SourceFile, FileFacts | UnreadableFile | NotSupported]]:
    for file in list_sources(root).files:
        if file.kind not in BODIES:
            continue
        reader = reader_for(file)
        assert reader is not None, file.path
        try:
            yield file, reader(file, (root / file.path).read_bytes())
        except (UnreadableFile, NotSupported) as error:
            yield file, error


@cache
def _rows(name: str) -> dict[str, Counter[str]]:
    rows: dict[str, Counter[str]] = {row: Counter() for row in ROWS}
    for _, facts in _bodies(_folder(name)):
        if isinstance(facts, FileFacts):
            for row in ROWS:
                rows[row].update(repr(without_place(it)) for it in getattr(facts, row))
    return rows


@pytest.mark.parametrize("row", ROWS)
def test_the_layout_twins_give_equal_rows(row: str) -> None:
    edt, designer = _rows("ssl_3_1_edt")[row], _rows("ssl_3_1")[row]
    assert sum(edt.values()) > 0
    assert list((edt - designer).elements())[:3] == []
    assert list((designer - edt).elements())[:3] == []


@pytest.mark.parametrize(
    "name", ["external", "mdclasses", "mdclasses_3_18", "mdclasses_3_25", "mdclasses_3_27"]
)
def test_small_layout_twins_give_equal_rows(name: str) -> None:
    """Other format versions, registers of all types, external objects."""
    edt = _rows(f"mdclasses/src/test/resources/ext/edt/{name}")
    designer = _rows(f"mdclasses/src/test/resources/ext/designer/{name}")
    assert edt["form_items"]
    assert edt == designer


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ("forms", 809),
        ("form_attributes", 5812 + 2423 + 138),  # attributes, columns, additional columns
        ("form_commands", 2503),
        ("form_handlers", 4866),
        ("form_parameters", 1353),
        ("rights", 6916),
        ("restriction_templates", 60),
        ("role_flags", 98),
        ("schedules", 43),
        ("support", 7668),
        ("queries", 138 + 27),  # dynamic lists, datasets of 25 schemas
    ],
)
def test_nothing_of_the_library_is_lost(row: str, count: int) -> None:
    """The counts are those of the XML elements in the files, taken without the readers."""
    assert sum(_rows("ssl_3_1_edt")[row].values()) == count


@pytest.mark.parametrize(
    "name",
    ["ssl_3_1_edt", "ssl_3_1", "IRP", "yaxunit", "dt-demo-configuration", "FoxyLink", "mdclasses"],
)
def test_every_body_is_read_or_has_a_reason(name: str) -> None:
    failed = []
    for file, facts in _bodies(_folder(name)):
        if isinstance(facts, UnreadableFile) and file.size > 8:  # emptied fixtures, BOM alone
            failed.append((file.path, facts.message))
        elif isinstance(facts, FileFacts):
            failed += [
                (file.path, problem.message)
                for problem in facts.problems
                if "ordinary form" not in problem.message
            ]
    assert failed == []
