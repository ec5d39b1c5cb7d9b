from __future__ import annotations

import pytest

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import Reference, RestrictionTemplate, Right, RoleFlags
from cai_assets.onec.metadata.rights import read_rights
from cai_assets.onec.sources import FileKind
from cai_assets_tests.onec.metadata.bodies import rows_without_place, source

SOURCE = source(FileKind.RIGHTS, "Role.Чтение", "Rights")

RIGHTS = """<?xml version="1.0" encoding="UTF-8"?>
<Rights xmlns="http://v8.1c.ru/8.2/roles">
	<setForNewObjects>false</setForNewObjects>
	<setForAttributesByDefault>true</setForAttributesByDefault>
	<independentRightsOfChildObjects>true</independentRightsOfChildObjects>
	<object>
		<name>Catalog.Товары</name>
		<right>
			<name>Read</name>
			<value>true</value>
			<restrictionByCondition>
				<condition>#ПоСкладу
&amp;Склад</condition>
			</restrictionByCondition>
			<restrictionByCondition>
				<field>Цена</field>
				<field>Скидка</field>
				<condition>ГДЕ ЛОЖЬ</condition>
			</restrictionByCondition>
		</right>
		<right>
			<name>Delete</name>
			<value>false</value>
		</right>
		<right>
			<name>View</name>
			<value>true</value>
		</right>
	</object>
	<object>
		<name>Catalog.Товары.Attribute.Цена</name>
		<right>
			<name>Edit</name>
			<value>false</value>
		</right>
	</object>
	<restrictionTemplate>
		<name>ПоСкладу(Поле)</name>
		<condition>ГДЕ
	Склад = &amp;Склад</condition>
	</restrictionTemplate>
</Rights>"""


def test_rights_keep_their_restrictions_and_denials() -> None:
    facts = read_rights(SOURCE, RIGHTS.encode())
    assert facts.problems == []
    assert facts.rights == [
        Right(
            "Role.Чтение",
            "Catalog.Товары",
            "Read",
            True,
            8,
            "#ПоСкладу\n&Склад\n\nГДЕ ЛОЖЬ",
            "; Цена, Скидка",
        ),
        Right("Role.Чтение", "Catalog.Товары", "Delete", False, 21, "", ""),
        Right("Role.Чтение", "Catalog.Товары", "View", True, 25, "", ""),
        Right("Role.Чтение", "Catalog.Товары.Attribute.Цена", "Edit", False, 32, "", ""),
    ]


def test_a_role_refers_to_objects_with_a_granted_right_only() -> None:
    facts = read_rights(SOURCE, RIGHTS.encode())
    assert facts.references == [
        Reference("Role.Чтение", "Catalog.Товары", "right", 6, "Read, View")
    ]


def test_flags_and_templates_are_read() -> None:
    facts = read_rights(SOURCE, RIGHTS.encode())
    assert facts.role_flags == [RoleFlags("Role.Чтение", False, True, True)]
    assert facts.restriction_templates == [
        RestrictionTemplate("Role.Чтение", "ПоСкладу(Поле)", "ГДЕ\n\tСклад = &Склад", 37)
    ]


def test_line_ends_of_designer_do_not_show() -> None:
    designer = b"\xef\xbb\xbf" + RIGHTS.replace("\n", "\r\n").encode()
    assert rows_without_place(read_rights(SOURCE, designer)) == rows_without_place(
        read_rights(SOURCE, RIGHTS.encode())
    )


def test_fields_of_one_restriction_are_listed_once() -> None:
    data = """<Rights><object><name>Catalog.А</name><right><name>Read</name><value>true</value>
    <restrictionByCondition><field>Б</field><condition>В</condition></restrictionByCondition>
    </right></object></Rights>"""
    assert read_rights(SOURCE, data.encode()).rights[0].fields == "Б"


def test_rights_without_an_object_are_a_problem() -> None:
    data = (
        b"<Rights>\n<object><right><name>Read</name><value>true</value></right></object></Rights>"
    )
    facts = read_rights(SOURCE, data)
    assert facts.references == []
    assert [(problem.line, problem.column) for problem in facts.problems] == [(2, 1)]


@pytest.mark.parametrize(
    "data",
    [b"", b"<Rights>", b"<Form/>", b'<!DOCTYPE r [<!ENTITY e "x">]><Rights>&e;</Rights>'],
)
def test_damaged_or_hostile_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_rights(SOURCE, data)
