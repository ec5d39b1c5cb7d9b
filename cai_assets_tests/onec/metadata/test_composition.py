from __future__ import annotations

import pytest

from cai_assets.onec.errors import NotSupported, UnreadableFile
from cai_assets.onec.facts import QueryText, Reference
from cai_assets.onec.metadata.composition import read_composition
from cai_assets.onec.sources import FileKind
from cai_assets_tests.onec.metadata.bodies import source

OWNER = "Report.Продажи.Template.Схема"
SOURCE = source(FileKind.COMPOSITION, OWNER, "Template.dcs")

HEAD = (
    '<DataCompositionSchema xmlns="http://v8.1c.ru/8.1/data-composition-system/schema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
SCHEMA = (
    HEAD
    + """
	<dataSource><name>Источник</name></dataSource>
	<dataSet xsi:type="DataSetQuery">
		<name>Продажи</name>
		<field xsi:type="DataSetFieldField"><dataPath>Товар</dataPath></field>
		<query>ВЫБРАТЬ
	Товар</query>
	</dataSet>
	<dataSet xsi:type="DataSetObject"><name>Внешний</name><objectName>Т</objectName></dataSet>
	<dataSet xsi:type="DataSetUnion">
		<name>Все</name>
		<item xsi:type="DataSetQuery"><name>Заказы</name><query>ВЫБРАТЬ 1</query></item>
		<item xsi:type="DataSetUnion">
			<name>Прочее</name>
			<item xsi:type="DataSetQuery"><name>Пусто</name><query> </query></item>
			<item xsi:type="DataSetQuery"><name>Возвраты</name><query>ВЫБРАТЬ 2</query></item>
		</item>
	</dataSet>
	<nestedSchema>
		<name>Вложенная</name>
		<schema>
			<dataSet xsi:type="DataSetQuery"><name>Н</name><query>ВЫБРАТЬ 3</query></dataSet>
		</schema>
	</nestedSchema>
	<settingsVariant><name>Основной</name></settingsVariant>
</DataCompositionSchema>"""
)

EXPECTED = [
    QueryText(OWNER, "composition", "Продажи", 6, 10, "ВЫБРАТЬ\n\tТовар", queries=1),
    QueryText(OWNER, "composition", "Все.Заказы", 12, 59, "ВЫБРАТЬ 1", queries=1),
    QueryText(OWNER, "composition", "Все.Прочее.Возвраты", 16, 62, "ВЫБРАТЬ 2", queries=1),
    QueryText(OWNER, "composition", "Вложенная.Н", 22, 58, "ВЫБРАТЬ 3", queries=1),
]


def test_every_query_is_found_with_its_path_and_place() -> None:
    assert read_composition(SOURCE, SCHEMA.encode()).queries == EXPECTED


def test_expressions_call_exports_of_common_modules() -> None:
    schema = f"""{HEAD}
<field><expression>Сумма(Цена) + Отчеты.Итог(Цена, "А.Б(1)")</expression></field>
<totalField><expression>Максимум(Товар.Цена)</expression></totalField>
</DataCompositionSchema>"""
    assert read_composition(SOURCE, schema.encode()).references == [
        Reference(OWNER, "CommonModule.Отчеты.Итог", "call", 2)
    ]


def test_byte_order_mark_and_line_ends_change_nothing() -> None:
    data = b"\xef\xbb\xbf" + SCHEMA.replace("\n", "\r\n").encode()
    assert read_composition(SOURCE, data).queries == EXPECTED


def test_a_prefixed_schema_is_read_the_same() -> None:
    data = """<s:DataCompositionSchema xmlns:s="http://v8.1c.ru/8.1/data-composition-system/schema">
<s:dataSet><s:name>А</s:name><s:query>ВЫБРАТЬ 1</s:query></s:dataSet>
</s:DataCompositionSchema>"""
    assert read_composition(SOURCE, data.encode()).queries == [
        QueryText(OWNER, "composition", "А", 2, 39, "ВЫБРАТЬ 1", queries=1)
    ]


@pytest.mark.parametrize(
    ("root", "what"),
    [
        ('<document xmlns="http://v8.1c.ru/8.2/data/spreadsheet"/>', "spreadsheet"),
        ('<GraphicalSchema xmlns="http://v8.1c.ru/8.3/xcf/scheme"/>', "graphical"),
        ("<Unknown/>", "root element Unknown"),
    ],
)
def test_templates_of_other_kinds_say_why_they_are_not_read(root: str, what: str) -> None:
    with pytest.raises(NotSupported, match=what):
        read_composition(SOURCE, root.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        SCHEMA[: len(SCHEMA) // 2].encode(),
        b'<!DOCTYPE a [<!ENTITY e "x">]>' + SCHEMA.encode(),
        HEAD.encode() + b"<a>" * 300 + b"</a>" * 300 + b"</DataCompositionSchema>",
    ],
)
def test_damaged_or_hostile_files_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_composition(SOURCE, data)
