"""Columns that need more than one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.knowledge.extract import extract
from cai_assets_tests.edt import EdtProject


def test_objects_know_the_subsystems_that_name_them(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.object("Catalog", "Товары")
    project.object("Catalog", "Прочее")
    project.object("Subsystem", "Склад", "  <content>Catalog.Товары</content>\n")
    project.write(
        "src/Subsystems/Склад/Subsystems/Учёт/Учёт.mdo",
        '<mdclass:Subsystem xmlns:mdclass="m" uuid="1"><name>Учёт</name>'
        "<content>Catalog.товары</content></mdclass:Subsystem>",
    )
    objects = extract(tmp_path, workers=1).tables["objects"].to_pylist()
    subsystems = {row["object"]: row["subsystems"] for row in objects}
    assert subsystems["Catalog.Товары"] == ["Subsystem.Склад", "Subsystem.Склад.Subsystem.Учёт"]
    assert subsystems["Catalog.Прочее"] == []


@pytest.mark.parametrize(
    ("flags", "client", "server"),
    [
        ("<server>true</server>", False, True),
        ("<clientManagedApplication>true</clientManagedApplication>", True, False),
        (
            "<clientManagedApplication>true</clientManagedApplication><server>true</server>",
            True,
            True,
        ),
        ("<externalConnection>true</externalConnection>", False, True),
    ],
)
def test_a_common_module_runs_where_its_flags_say(
    tmp_path: Path, flags: str, client: bool, server: bool
) -> None:
    EdtProject(tmp_path).common_module("М", "", flags)
    (module,) = extract(tmp_path, workers=1).tables["modules"].to_pylist()
    assert (module["client"], module["server"]) == (client, server)


def test_a_reference_is_resolved_or_says_why_not(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.object("Catalog", "Товары")
    project.object(
        "Subsystem",
        "Склад",
        "  <content>Catalog.ТОВАРЫ</content>\n"
        "  <content>Catalog.Нет</content>\n"
        "  <content>0:8cbaa30d-faab-45ad-880e-84f8b421f448</content>\n",
    )
    rows = extract(tmp_path, workers=1).tables["references"].to_pylist()
    reasons = {row["target"]: (row["resolved"], row["reason"]) for row in rows}
    assert reasons["Catalog.ТОВАРЫ"] == (True, "")
    assert reasons["Catalog.Нет"] == (False, "not in this upload")
    assert reasons["0:8cbaa30d-faab-45ad-880e-84f8b421f448"] == (
        False,
        "written as a number or identifier",
    )


def test_a_handler_is_resolved_to_the_routine(tmp_path: Path) -> None:
    project = EdtProject(tmp_path)
    project.common_module("М", "Процедура Есть() Экспорт\nКонецПроцедуры\n")
    project.object("EventSubscription", "А", "  <handler>CommonModule.М.Есть</handler>\n")
    project.object("EventSubscription", "Б", "  <handler>CommonModule.М.Нет</handler>\n")
    rows = extract(tmp_path, workers=1).tables["references"].to_pylist()
    reasons = {row["source"]: row["reason"] for row in rows if row["kind"] == "handler"}
    assert reasons == {"EventSubscription.А": "", "EventSubscription.Б": "no such routine"}
