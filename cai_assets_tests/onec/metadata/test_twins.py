"""Real configurations: the layout twins state the same objects, and all files are understood."""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from cai_assets.onec.facts import Member, MetadataObject, Problem, Properties
from cai_assets.onec.metadata.kinds import KINDS
from cai_assets.onec.metadata.readers import reader_for
from cai_assets.onec.projects import list_sources
from cai_assets.onec.sources import FileKind

CORPORA = os.environ.get("CAI_CORPORA", "")
MODEL = frozenset(
    {
        FileKind.CONFIGURATION,
        FileKind.OBJECT,
        FileKind.FORM_DECLARATION,
        FileKind.TEMPLATE_DECLARATION,
        FileKind.PREDEFINED,
        FileKind.CONTENT,
        FileKind.FLOWCHART,
    }
)
DEVELOPMENT = (
    "ssl_3_1_edt",
    "ssl_3_1/src/cf",
    "IRP",
    "yaxunit",
    "dt-demo-configuration",
    "FoxyLink",
    "mdclasses/src/test/resources/ext",
)
FIXTURES = "mdclasses/src/test/resources/ext"

# Fixtures that differ in what they state, not in how: the file of one layout was made by hand
# or by an older platform. (fixture, id, what differs)
UNEQUAL_FIXTURES = {
    ("mdclasses", "DataProcessor.Обработка1.Form.ЖурналРегистрации", "uuid"),
    ("mdclasses", "Interface.Интерфейс1", "only in designer"),
    ("mdclasses", "Interface.Интерфейс2", "only in designer"),
    ("mdclasses", "Style.Стиль", "only in designer"),
    (
        "mdclasses_3_18",
        "IntegrationService.СервисИнтеграции1.IntegrationServiceChannel.КаналСервисаИнтеграции1",
        "Transactioned",
    ),
    (
        "mdclasses_3_18",
        "IntegrationService.СервисИнтеграции1.IntegrationServiceChannel.КаналСервисаИнтеграции2",
        "Transactioned",
    ),
    (
        "mdclasses_3_25",
        "HTTPService.HTTPСервис1.URLTemplate.ШаблонURL1.Method.Метод2",
        "HTTPMethod",
    ),
    (
        "mdclasses_3_27",
        "HTTPService.HTTPСервис1.URLTemplate.ШаблонURL1.Method.Метод2",
        "HTTPMethod",
    ),
    ("mdclasses_3_27", "Configuration.Конфигурация", "ConfigurationExtensionCompatibilityMode"),
}

pytestmark = pytest.mark.skipif(
    not CORPORA, reason="CAI_CORPORA does not name a folder with real configurations"
)


class Model(NamedTuple):
    """All that the model files of a folder state. Keys: project and id."""

    objects: dict[tuple[str, str], MetadataObject]
    members: dict[tuple[str, str], Member]
    references: Counter[tuple[str, str, str, str]]
    problems: list[tuple[str, Problem]]
    doubles: list[str]


@cache
def model(name: str) -> Model:
    """Read a folder of CAI_CORPORA; a file that cannot be read fails the test."""
    root = Path(CORPORA) / name
    if not root.is_dir():
        pytest.skip(f"CAI_CORPORA has no {name}")
    found = Model({}, {}, Counter(), [], [])
    for file in list_sources(root).files:
        if file.kind not in MODEL:
            continue
        reader = reader_for(file)
        if reader is None:
            continue
        facts = reader(file, (root / file.path).read_bytes())
        found.problems.extend((file.path, problem) for problem in facts.problems)
        for row in facts.objects:
            if (file.project, row.id) in found.objects:
                found.doubles.append(row.id)
            found.objects[file.project, row.id] = row
        for item in facts.members:
            if (file.project, item.id) in found.members:
                found.doubles.append(item.id)
            found.members[file.project, item.id] = item
        for edge in facts.references:
            found.references[edge.source, edge.target, edge.kind, edge.note] += 1
    return found


def differences(in_edt: Model, in_designer: Model) -> set[tuple[str, str]]:
    """Return (id, what differs) of all rows, apart from their places."""
    found: set[tuple[str, str]] = set()
    for left, right in (
        (in_edt.objects, in_designer.objects),
        (in_edt.members, in_designer.members),
    ):
        a = {id_: row for (_, id_), row in left.items()}
        b = {id_: row for (_, id_), row in right.items()}
        found |= {(id_, "only in edt") for id_ in a.keys() - b.keys()}
        found |= {(id_, "only in designer") for id_ in b.keys() - a.keys()}
        for id_ in a.keys() & b.keys():
            found |= {(id_, what) for what in unequal(a[id_], b[id_])}
    for edge in (in_edt.references - in_designer.references).elements():
        found.add((edge[0], f"edge {edge[1:]} only in edt"))
    for edge in (in_designer.references - in_edt.references).elements():
        found.add((edge[0], f"edge {edge[1:]} only in designer"))
    return found


def unequal(a: MetadataObject | Member, b: MetadataObject | Member) -> set[str]:
    names = set(type(a).__slots__) - {"line", "properties"}
    changed = {name for name in names if getattr(a, name) != getattr(b, name)}
    left: Properties = a.properties
    right: Properties = b.properties
    changed |= {name for name in left | right if left.get(name) != right.get(name)}
    if not changed and list(left) != list(right):
        changed.add("order of properties")
    return changed


def test_the_library_of_subsystems_is_the_same_in_both_layouts() -> None:
    in_edt, in_designer = model("ssl_3_1_edt"), model("ssl_3_1/src/cf")
    assert differences(in_edt, in_designer) == set()
    assert len(in_edt.objects) == 2569  # 2,487 listed and 80 nested, one language, itself
    assert len(in_edt.members) > 5_000
    assert in_edt.references.total() > 9_000


@pytest.mark.parametrize(
    "name", ["mdclasses", "mdclasses_3_18", "mdclasses_3_25", "mdclasses_3_27", "external"]
)
def test_small_twins_are_the_same_in_both_layouts(name: str) -> None:
    found = differences(model(f"{FIXTURES}/edt/{name}"), model(f"{FIXTURES}/designer/{name}"))
    assert {(name, *row) for row in found} == {row for row in UNEQUAL_FIXTURES if row[0] == name}


@pytest.mark.parametrize("name", DEVELOPMENT)
def test_every_file_is_understood_and_every_row_is_unique_in_its_project(name: str) -> None:
    found = model(name)
    assert found.objects
    assert found.problems == []
    assert found.doubles == []


@pytest.mark.parametrize("name", ["ssl_3_1_edt", "IRP", "dt-demo-configuration", "FoxyLink"])
def test_everything_a_configuration_lists_is_there(name: str) -> None:
    found = model(name)
    ids = {id_ for _, id_ in found.objects}
    listed = {edge[1] for edge in found.references if edge[2] == "contains"}
    assert listed <= ids


@pytest.mark.parametrize("name", ["ssl_3_1_edt", "IRP", "yaxunit"])
def test_edges_lead_to_what_exists(name: str) -> None:
    """All edges but those to routines, to all objects of a type and to standard attributes."""
    found = model(name)
    ids = {id_ for _, id_ in found.objects} | {id_ for _, id_ in found.members}
    lost = {
        (source, target, kind)
        for source, target, kind, _ in found.references
        if target not in ids
        and kind not in ("handler", "subscription_source")
        and ".StandardAttribute." not in target
    }
    assert lost == set()


@pytest.mark.parametrize(
    ("layout", "name", "expectation"),
    [
        ("edt", "mdclasses", "checkChildrenMdclasses"),
        ("designer", "mdclasses", "checkChildrenMdclasses"),
        ("designer", "mdclasses_ext", "checkChildrenExt"),
    ],
)
def test_counts_are_those_of_the_fields_own_library(
    layout: str, name: str, expectation: str
) -> None:
    folder = Path(CORPORA) / "mdclasses/src/test/java"
    source = next(folder.rglob("ConfigurationTest.java"), None)
    if source is None:
        pytest.skip("CAI_CORPORA has no expectations of mdclasses")
    body = source.read_text(encoding="utf-8").partition(f"void {expectation}(")[2]
    body = body.partition("\n  }\n")[0]
    expected = {
        group.casefold(): int(count)
        for group, count in re.findall(r"cf\.get(\w+)\(\)\)\s*\.hasSize\((\d+)\)", body)
    }
    assert len(expected) > 30
    if layout == "edt":
        expected.pop("interfaces", None)  # the expectation itself says: only in Designer
        expected.pop("styles", None)
    groups = {kind.name: kind.group.casefold() for kind in KINDS}
    counts = Counter(
        groups[row.type]
        for row in model(f"{FIXTURES}/{layout}/{name}").objects.values()
        if row.parent is None
    )
    assert {group: counts[group] for group in expected} == expected
