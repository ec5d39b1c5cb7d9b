"""Routes of business processes: points, their handlers and the ways between them."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from cai_assets.knowledge.extract import extract
from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, Reference
from cai_assets.onec.projects import list_sources
from cai_assets.onec.sources import FileKind, Layout
from cai_assets_tests.edt import EdtProject
from cai_assets_tests.onec.metadata.bodies import without_place
from cai_assets_tests.onec.metadata.objects import read

CORPORA = os.environ.get("CAI_CORPORA", "")
EXAMPLE = Path(__file__).parents[3] / "examples" / "trade"
PROCESS = "BusinessProcess.Заявка"
POINT = f"{PROCESS}.FlowchartPoint."

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<GraphicalSchema xmlns="http://v8.1c.ru/8.3/xcf/scheme" '
    'xmlns:v8="http://v8.1c.ru/8.1/data/core" xmlns:xr="http://v8.1c.ru/8.3/xcf/readable" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"{version}>\n<Items>\n'
)


def title(text: str) -> str:
    return (
        f"<Title><v8:item><v8:lang>ru</v8:lang><v8:content>{text}</v8:content></v8:item></Title>"
        if text
        else "<Title/>"
    )


def point(kind: str, name: str, properties: str = "", events: str = "", text: str = "") -> str:
    return (
        f'<{kind} id="1" uuid="u-{name}">\n'
        f"<Properties><Name>{name}</Name>{title(text)}{properties}</Properties>\n"
        f"<Events>{events}</Events>\n</{kind}>\n"
    )


def event(name: str, procedure: str = "") -> str:
    return f'<Event name="{name}">{procedure}</Event>'


def way(start: str, finish: str, port: int = 4, text: str = "", decorative: bool = False) -> str:
    return (
        f'<ConnectionLine id="2">\n<Properties><Name>Линия</Name>{title(text)}<Connect>'
        f"<From><Item>{start}</Item><PortIndex>{port}</PortIndex></From>"
        f"<To><Item>{finish}</Item><PortIndex>2</PortIndex></To></Connect>"
        f"<DecorativeLine>{str(decorative).lower()}</DecorativeLine></Properties>"
        f"\n</ConnectionLine>\n"
    )


def flowchart(*items: str, layout: Layout = Layout.EDT) -> FileFacts:
    head = _HEAD.format(version=' version="2.20"' if layout is Layout.DESIGNER else "")
    text = f"{head}{''.join(items)}</Items>\n</GraphicalSchema>"
    if layout is Layout.DESIGNER:
        text = "\ufeff" + text.replace("\n", "\r\n")
    return read(layout, FileKind.FLOWCHART, PROCESS, text)


def edges(facts: FileFacts, kind: str) -> list[tuple[str, str, str]]:
    return [
        (edge.source.removeprefix(POINT), edge.target.removeprefix(POINT), edge.note)
        for edge in facts.references
        if edge.kind == kind
    ]


ACTIVITY = point(
    "Activity",
    "Согласовать",
    "<TabOrder>3</TabOrder><TaskDescription>Согласуйте</TaskDescription>"
    "<Explanation>Руководитель</Explanation><Group>true</Group><AddressingAttributes>"
    '<AddressingAttribute ref="Task.Задача.AddressingAttribute.Роль">'
    '<Value xsi:type="xr:DesignTimeRef">Catalog.Роли.Директор</Value></AddressingAttribute>'
    '<AddressingAttribute ref="Task.Задача.AddressingAttribute.Кто"><Value xsi:nil="true"/>'
    "</AddressingAttribute></AddressingAttributes>",
    event("BeforeCreateTasks", "ПередСозданиемЗадач")
    + event("OnCreateTask")
    + event("OnExecute", "ПриВыполнении"),
    "Согласовать заявку",
)


@pytest.mark.parametrize("layout", list(Layout))
def test_a_point_is_a_part_of_its_process(layout: Layout) -> None:
    facts = flowchart(point("Start", "Старт"), ACTIVITY, layout=layout)
    assert facts.problems == []
    start, activity = facts.members
    assert (start.kind, start.order, activity.order) == ("FlowchartPoint", 0, 1)
    assert (activity.id, activity.object, activity.parent) == (
        POINT + "Согласовать",
        PROCESS,
        PROCESS,
    )
    assert (activity.uuid, activity.synonym) == ("u-Согласовать", {"ru": "Согласовать заявку"})
    assert (start.line, activity.line) == (4, 8)
    assert activity.properties == {
        "Addressing": "Роль=Catalog.Роли.Директор",
        "Explanation": "Руководитель",
        "Group": "true",
        "PointType": "Activity",
        "TabOrder": "3",
        "TaskDescription": "Согласуйте",
    }


def test_events_with_a_procedure_are_handled_in_the_object_module() -> None:
    facts = flowchart(ACTIVITY)
    module = f"{PROCESS}.ObjectModule"
    assert edges(facts, "handler") == [
        ("Согласовать", f"{module}.ПередСозданиемЗадач", "BeforeCreateTasks"),
        ("Согласовать", f"{module}.ПриВыполнении", "OnExecute"),
    ]


def test_addressing_names_the_attributes_of_the_task_and_predefined_values() -> None:
    facts = flowchart(ACTIVITY)
    assert edges(facts, "addressing") == [
        ("Согласовать", "Task.Задача.AddressingAttribute.Роль", "Catalog.Роли.Директор"),
        ("Согласовать", "Task.Задача.AddressingAttribute.Кто", ""),
    ]
    assert edges(facts, "addressing_value") == [
        ("Согласовать", "Catalog.Роли.Predefined.Директор", "")
    ]


def test_a_sub_process_is_named_unless_code_chooses_it() -> None:
    facts = flowchart(
        point("SubBusinessProcess", "А", "<Subprocess>BusinessProcess.Оплата</Subprocess>"),
        point("SubBusinessProcess", "Б", "<Subprocess/>"),
    )
    assert edges(facts, "sub_process") == [("А", "BusinessProcess.Оплата", "")]


def test_the_ways_out_of_a_condition_are_told_apart_by_its_ports() -> None:
    ports = "<TruePortIndex>4</TruePortIndex><FalsePortIndex>3</FalsePortIndex>"
    facts = flowchart(
        way("Да", "Конец", 4, "Нет"),  # the title is free text, the port decides
        point("Condition", "Да", ports, event("ConditionCheck", "Проверка")),
        way("Да", "Старт", 3),
        point("Start", "Старт"),
        point("Completion", "Конец"),
        way("Старт", "Да", text="Начали"),
    )
    assert edges(facts, "transition") == [
        ("Да", "Конец", "true"),
        ("Да", "Старт", "false"),
        ("Старт", "Да", "Начали"),
    ]


def test_the_ways_out_of_a_switch_are_its_variants_by_the_left_or_the_right_port() -> None:
    cases = "<Case><name>Малая</name></Case><Case><name>Крупная</name></Case>"
    facts = flowchart(
        point("Switch", "Сумма", cases, event("SwitchProcessing", "Выбор")),
        point("Split", "А"),
        point("Join", "Б"),
        point("Processing", "В", "", event("Processing", "Обработка")),
        way("Сумма", "А", 7),
        way("Сумма", "Б", 8),
        way("Сумма", "В", 12, "Прочее"),
    )
    assert facts.problems == []
    assert [row.properties["PointType"] for row in facts.members] == [
        "Switch",
        "Split",
        "Join",
        "Processing",
    ]
    assert facts.members[0].properties["Cases"] == "Малая, Крупная"
    assert [note for _, _, note in edges(facts, "transition")] == ["Малая", "Крупная", "Прочее"]


def test_decorations_are_points_if_they_have_a_name_and_no_way_leads_there() -> None:
    facts = flowchart(
        point("Decoration", "Надпись", text="Отдел продаж"),
        point("Decoration", ""),
        point("Start", "Старт"),
        way("Надпись", "Старт", decorative=True),
        way("", "Старт"),
    )
    assert [row.name for row in facts.members] == ["Надпись", "Старт"]
    assert facts.references == []
    assert facts.problems == []


def test_a_line_that_is_drawn_twice_is_one_way() -> None:
    ways = (way("Старт", "Конец") * 2).replace("\n", "")
    facts = flowchart(point("Start", "Старт"), point("Completion", "Конец"), ways)
    assert len(edges(facts, "transition")) == 1


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (point("Rocket", "Луна"), "unknown kind of point on the flowchart: Rocket Луна"),
        (point("Start", "СТАРТ"), "two points named СТАРТ"),
        (point("Processing", ""), "a FlowchartPoint has no name"),
        (way("Старт", "Нигде"), "line Линия is joined to Нигде, which is not on the flowchart"),
        (
            point(
                "Activity",
                "А",
                "<AddressingAttributes><AddressingAttribute/></AddressingAttributes>",
            ),
            "an addressing attribute of А has no name",
        ),
    ],
)
def test_what_is_not_understood_is_a_problem_and_the_rest_is_read(item: str, message: str) -> None:
    facts = flowchart(point("Start", "Старт", "", event("BeforeStart", "П")), item)
    (problem,) = facts.problems
    assert message in problem.message
    assert problem.line >= 8  # after the start point
    start = Reference(POINT + "Старт", f"{PROCESS}.ObjectModule.П", "handler", 6, "BeforeStart")
    assert start in facts.references
    ids = [row.id.casefold() for row in facts.members]
    assert len(ids) == len(set(ids))


def test_handlers_of_an_unknown_kind_of_point_are_still_found() -> None:
    facts = flowchart(point("Rocket", "Луна", "", event("OnLaunch", "Пуск")))
    assert edges(facts, "handler") == [("Луна", f"{PROCESS}.ObjectModule.Пуск", "OnLaunch")]


def test_an_empty_route_has_no_rows_and_another_document_is_refused() -> None:
    assert read(Layout.EDT, FileKind.FLOWCHART, PROCESS, "<GraphicalSchema/>") == FileFacts()
    with pytest.raises(UnreadableFile, match="Rights is not a flowchart"):
        read(Layout.EDT, FileKind.FLOWCHART, PROCESS, "<Rights/>")


def test_handlers_become_resolved_references_of_the_tables(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.object("BusinessProcess", "Заявка")
    code = "Процедура Есть(Точка, Отказ)\nКонецПроцедуры\n"
    project.module("BusinessProcess", "Заявка", code, "ObjectModule.bsl")
    events = event("BeforeStart", "есть") + event("Other", "Нет")
    text = _HEAD.format(version="") + point("Start", "Старт", "", events)
    path = project.folder("BusinessProcess", "Заявка") + "/Flowchart.scheme"
    project.write(path, text + "</Items></GraphicalSchema>")
    tables = extract(tmp_path, workers=1).tables
    rows = {row["note"]: row for row in tables["references"].to_pylist() if row["file"] == path}
    assert {row["extractor"] for row in rows.values()} == {"flowchart"}
    assert (rows["BeforeStart"]["resolved"], rows["BeforeStart"]["reason"]) == (True, "")
    assert (rows["Other"]["resolved"], rows["Other"]["reason"]) == (False, "no such routine")
    assert [row["member"] for row in tables["members"].to_pylist() if row["file"] == path] == [
        POINT + "Старт"
    ]


def _rows(root: Path) -> tuple[Counter[str], int]:
    """All rows of the flowcharts of a folder without their places, and how many problems."""
    rows: Counter[str] = Counter()
    problems = 0
    for file in list_sources(root).files:
        if file.kind is FileKind.FLOWCHART:
            data = (root / file.path).read_bytes()
            facts = read(file.layout, file.kind, file.owner, data)
            rows.update(repr(without_place(row)) for row in (*facts.members, *facts.references))
            problems += len(facts.problems)
    return rows, problems


def test_the_sample_is_the_same_in_both_layouts() -> None:
    edt, designer = _rows(EXAMPLE / "edt"), _rows(EXAMPLE / "designer")
    assert edt == designer
    assert (edt[0].total(), edt[1]) == (11, 0)  # 3 points, 4 handlers, 2 attributes, 2 ways


@pytest.mark.skipif(
    not CORPORA, reason="CAI_CORPORA does not name a folder with real configurations"
)
def test_real_flowcharts_are_the_same_in_both_layouts() -> None:
    folders = [Path(CORPORA) / name for name in ("ssl_3_1_edt", "ssl_3_1")]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("CAI_CORPORA has no ssl_3_1_edt or no ssl_3_1")
    edt, designer = (_rows(folder) for folder in folders)
    assert edt == designer
    assert edt[1] == 0
    # 6 points and 4 decorations; 8 handlers, 8 addressing attributes, 7 ways
    assert edt[0].total() == 33
