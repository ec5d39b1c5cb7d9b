"""One form written in both layouts by hand; what only one layout can show stands inline."""

from __future__ import annotations

from pathlib import Path

import pytest

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, QueryText, ValueType
from cai_assets.onec.metadata.forms_designer import read_designer_form
from cai_assets.onec.metadata.forms_edt import read_edt_form
from cai_assets.onec.sources import FileKind, Layout
from cai_assets_tests.onec.metadata.bodies import rows_without_place, source

FORM = "Document.Заказ.Form.Основная"
FIXTURES = Path(__file__).parent / "fixtures" / "form"
EDT = source(FileKind.FORM, FORM, "Form.form")
DESIGNER = source(FileKind.FORM, FORM, "Form.xml", Layout.DESIGNER)

EDT_HEAD = (
    '<f:Form xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:f="http://g5.1c.ru/v8/dt/form">'
)
DESIGNER_HEAD = (
    '<Form xmlns="http://v8.1c.ru/8.3/xcf/logform"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


@pytest.fixture(name="edt")
def _edt() -> FileFacts:
    return read_edt_form(EDT, (FIXTURES / "Form.form").read_bytes())


@pytest.fixture(name="designer")
def _designer() -> FileFacts:
    return read_designer_form(DESIGNER, (FIXTURES / "Form.xml").read_bytes())


def inline_edt(body: str) -> FileFacts:
    return read_edt_form(EDT, f"{EDT_HEAD}{body}</f:Form>".encode())


def inline_designer(body: str) -> FileFacts:
    return read_designer_form(DESIGNER, f"{DESIGNER_HEAD}{body}</Form>".encode())


def test_both_layouts_give_the_same_rows(edt: FileFacts, designer: FileFacts) -> None:
    assert edt.problems == designer.problems == []
    assert rows_without_place(edt) == rows_without_place(designer)


def test_rows_of_both_layouts_come_in_the_same_order(edt: FileFacts, designer: FileFacts) -> None:
    assert [item.name for item in edt.form_items] == [item.name for item in designer.form_items]


def test_a_form_has_its_title_and_all_defaults(edt: FileFacts) -> None:
    (form,) = edt.forms
    assert (form.id, form.object, form.name, form.kind) == (
        FORM,
        "Document.Заказ",
        "Основная",
        "Managed",
    )
    assert form.title == {"ru": "Заказ"}
    assert form.properties == {
        "AutoFillCheck": "true",
        "AutoTime": "CurrentOrLast",
        "AutoTitle": "false",
        "AutoURL": "true",
        "CommandBarLocation": "Auto",
        "Customizable": "true",
        "Enabled": "true",
        "Group": "Vertical",
        "RepostOnWrite": "true",
        "ShowCloseButton": "true",
        "ShowTitle": "true",
        "UsePostingMode": "Auto",
        "VerticalScroll": "useIfNecessary",
        "WindowOpeningMode": "LockOwnerWindow",
    }


def test_elements_stand_in_tree_order_with_the_kinds_of_designer(edt: FileFacts) -> None:
    assert [(item.parent, item.order, item.kind, item.name) for item in edt.form_items] == [
        ("", 0, "UsualGroup", "Шапка"),
        ("Шапка", 0, "InputField", "Номер"),
        ("Номер", 0, "ExtendedTooltip", "НомерПодсказка"),
        ("Шапка", 1, "PictureDecoration", "Картинка"),
        ("", 1, "Table", "Товары"),
        ("Товары", 0, "SpreadSheetDocumentField", "ТоварыПечать"),
        ("Товары", 1, "AutoCommandBar", "ТоварыПанель"),
        ("ТоварыПанель", 0, "ButtonGroup", "ТоварыГруппаКнопок"),
        ("ТоварыГруппаКнопок", 0, "Button", "ТоварыПодобрать"),
        ("Товары", 2, "SearchStringAddition", "ТоварыПоиск"),
        ("ТоварыПоиск", 0, "ExtendedTooltip", "ТоварыПоискПодсказка"),
        ("", 2, "AutoCommandBar", "ФормаПанель"),
        ("ФормаПанель", 0, "Button", "Печать"),
        ("ФормаПанель", 1, "Button", "Склады"),
        ("ФормаПанель", 2, "SearchStringAddition", "Поиск"),
    ]


def test_elements_have_path_command_title_and_id(edt: FileFacts) -> None:
    items = {item.name: item for item in edt.form_items}
    assert items["Номер"].data_path == "Объект.Number"
    assert items["ТоварыПодобрать"].command == "Form.Command.Подобрать"
    assert items["Шапка"].title == {"ru": "Шапка", "en": "Header"}
    assert items["ФормаПанель"].item_id == -1


def test_service_elements_that_carry_nothing_are_no_rows(designer: FileFacts) -> None:
    names = {item.name for item in designer.form_items}
    assert not names & {"НомерМеню", "ШапкаПодсказка", "ТоварыСостояние", "ПечатьПодсказка"}


def test_the_copy_of_the_base_form_is_not_read(designer: FileFacts) -> None:
    assert "НеЧитается" not in {item.name for item in designer.form_items}


def test_attributes_and_columns_have_types(edt: FileFacts) -> None:
    rows = [(a.parent, a.name, a.order, a.main) for a in edt.form_attributes]
    assert rows == [
        ("", "Объект", 0, True),
        ("Объект.Товары", "Остаток", 0, False),
        ("", "Остатки", 1, False),
        ("Остатки", "Склад", 0, False),
        ("", "Цены", 2, False),
    ]
    types = {attribute.name: attribute.value_type for attribute in edt.form_attributes}
    assert types["Остаток"] == ValueType(
        ("Number",), number_precision=15, number_scale=3, number_nonnegative=False
    )
    assert types["Склад"] == ValueType(
        ("CatalogRef.Склады", "String"), string_length=50, string_fixed=False
    )


def test_a_dynamic_list_has_its_table_and_query(edt: FileFacts, designer: FileFacts) -> None:
    prices = edt.form_attributes[-1]
    assert (prices.dynamic, prices.custom_query) == (True, True)
    assert prices.main_table == "InformationRegister.Цены.SliceLast"
    text = "ВЫБРАТЬ\n\tЦены.Товар\nИЗ\n\tРегистрСведений.Цены.СрезПоследних КАК Цены"
    expected = QueryText(
        FORM,
        "dynamic_list",
        "Цены",
        202,
        18,
        text,
        queries=1,
        tables=("InformationRegister.Цены",),
        virtual_tables=("InformationRegister.Цены.SliceLast",),
        fields=("InformationRegister.Цены.Товар",),
    )
    assert edt.queries == [expected]
    assert designer.queries == [expected._replace(line=168, column=16)]


def test_commands_have_action_and_properties(edt: FileFacts) -> None:
    pick, idle = edt.form_commands
    assert (pick.name, pick.command_id, pick.action, pick.title) == (
        "Подобрать",
        1,
        "ПодобратьВыполнить",
        {"ru": "Подобрать"},
    )
    assert pick.properties == {
        "AssociatedTableElementId": "Товары",
        "CurrentRowUse": "Use",
        "ModifiesSavedData": "true",
        "Picture": "StdPicture.Find",
        "Representation": "Auto",
        "Shortcut": "F7",
    }
    assert (idle.order, idle.action) == (1, "")
    assert idle.properties["CurrentRowUse"] == "Auto"


def test_handlers_are_those_of_the_form_and_of_its_elements(edt: FileFacts) -> None:
    handlers = {(h.item, h.event, h.procedure, h.call_type) for h in edt.form_handlers}
    assert handlers == {
        ("", "OnOpen", "ПриОткрытии", ""),
        ("", "BeforeWrite", "ПередЗаписью", ""),
        ("Номер", "OnChange", "НомерПриИзменении", ""),
        ("Номер", "StartChoice", "НомерНачалоВыбора", ""),
    }


def test_a_key_parameter_is_told_from_others(edt: FileFacts) -> None:
    (parameter,) = edt.form_parameters
    assert (parameter.name, parameter.key) == ("Ключ", True)
    assert parameter.value_type.names == ("DocumentRef.Заказ",)


def test_references_lead_to_objects_and_procedures(edt: FileFacts) -> None:
    edges = {(r.kind, r.source.removeprefix(FORM), r.target, r.note) for r in edt.references}
    assert edges == {
        ("type", ".Attribute.Объект", "Document.Заказ", "DocumentObject.Заказ"),
        ("type", ".Attribute.Остатки.Склад", "Catalog.Склады", "CatalogRef.Склады"),
        ("type", ".Parameter.Ключ", "Document.Заказ", "DocumentRef.Заказ"),
        ("main_table", "", "InformationRegister.Цены", "SliceLast"),
        ("query_table", "", "InformationRegister.Цены", "SliceLast"),
        ("query_field", "", "InformationRegister.Цены.Товар", "SliceLast"),
        ("functional_option", ".Attribute.Остатки", "FunctionalOption.НесколькоСкладов", ""),
        ("functional_option", ".Command.Подобрать", "FunctionalOption.НесколькоСкладов", ""),
        ("handler", "", f"{FORM}.ПриОткрытии", "OnOpen"),
        ("handler", "", f"{FORM}.ПередЗаписью", "BeforeWrite"),
        ("handler", ".Item.Номер", f"{FORM}.НомерПриИзменении", "OnChange"),
        ("handler", ".Item.Номер", f"{FORM}.НомерНачалоВыбора", "StartChoice"),
        ("handler", ".Command.Подобрать", f"{FORM}.ПодобратьВыполнить", "Action"),
        ("command", ".Item.Печать", "CommonCommand.Печать", ""),
        ("command", ".Item.Склады", "Catalog.Склады", "StandardCommand.OpenList"),
    }


def test_a_list_over_a_part_of_an_external_source_refers_to_that_part() -> None:
    facts = inline_designer(
        '<Attributes><Attribute name="С" id="1"><Settings xsi:type="DynamicList">'
        "<MainTable>ExternalDataSource.БД.Table.Т</MainTable></Settings></Attribute></Attributes>"
    )
    assert [(r.target, r.note) for r in facts.references] == [("ExternalDataSource.БД.Table.Т", "")]


def test_in_an_extension_handlers_have_call_types() -> None:
    edt = inline_edt(
        '<handlers xsi:type="f:EventHandlerExtension"><event>OnOpen</event><name>Р_После</name>'
        "<callType>After</callType></handlers>"
        "<handlers><event>OnOpen</event><name>Р_До</name><callType>Before</callType></handlers>"
    )
    designer = inline_designer(
        '<Events><Event name="OnOpen" callType="After">Р_После</Event>'
        '<Event name="OnOpen" callType="Before">Р_До</Event></Events>'
    )
    assert [(h.procedure, h.call_type) for h in edt.form_handlers] == [
        ("Р_После", "After"),
        ("Р_До", "Before"),
    ]
    assert [h[:4] + h[5:] for h in edt.form_handlers] == [
        h[:4] + h[5:] for h in designer.form_handlers
    ]


def test_a_command_of_an_extension_may_run_several_procedures() -> None:
    facts = inline_designer(
        '<Commands><Command name="К" id="1"><Action callType="Before">До</Action>'
        '<Action callType="After">После</Action></Command></Commands>'
    )
    (command,) = facts.form_commands
    assert (command.action, command.properties["CallType"]) == ("До, После", "Before, After")
    assert [r.target for r in facts.references] == [f"{FORM}.До", f"{FORM}.После"]


def test_of_a_data_path_in_several_languages_the_first_counts() -> None:
    facts = inline_edt(
        '<items xsi:type="f:Table"><name>Т</name><id>1</id>'
        '<dataPath xsi:type="f:MultiLanguageDataPath">'
        '<paths xsi:type="f:DataPath"><segments>Объект.Товары</segments></paths>'
        '<paths xsi:type="f:DataPath"><segments>Object.Goods</segments></paths>'
        "</dataPath></items>"
    )
    assert facts.form_items[0].data_path == "Объект.Товары"


def test_an_event_without_a_procedure_has_no_handler() -> None:
    assert inline_designer('<Events><Event name="OnOpen"/></Events>').form_handlers == []


def test_a_common_form_is_its_own_object() -> None:
    common = source(FileKind.FORM, "CommonForm.Вопрос", "Form.form")
    (form,) = read_edt_form(common, f"{EDT_HEAD}</f:Form>".encode()).forms
    assert (form.id, form.object, form.name) == ("CommonForm.Вопрос", "CommonForm.Вопрос", "Вопрос")


def test_an_empty_form_of_either_layout_has_the_same_defaults() -> None:
    shown = "".join(
        f"<{name}>true</{name}>"
        for name in (
            *("autoTitle", "autoUrl", "autoFillCheck", "allowFormCustomize"),
            *("enabled", "showTitle", "showCloseButton"),
        )
    )
    edt = inline_edt(f"{shown}<group>Vertical</group>")
    assert rows_without_place(edt) == rows_without_place(inline_designer(""))


def test_what_is_not_understood_is_a_problem_and_the_rest_is_read() -> None:
    facts = inline_edt(
        '\n<items xsi:type="f:Hologram"><name>А</name><id>1</id></items>'
        '\n<items xsi:type="f:Button"><id>x</id></items>'
        '\n<items xsi:type="f:FormField"><name>Б</name><id>3</id></items>'
    )
    assert [(p.line, p.message) for p in facts.problems] == [
        (2, "an element of unknown type Hologram"),
        (3, "an element of kind Button has no name"),
        (4, "an element FormField without its type"),
    ]
    assert [(item.kind, item.name, item.item_id) for item in facts.form_items] == [
        ("Hologram", "А", 1),
        ("Button", "", 0),
        ("FormField", "Б", 3),
    ]


@pytest.mark.parametrize("path", ["Form.oform", "Ext/Form.bin", "Ext/Form/form"])
def test_an_ordinary_form_is_one_row_and_says_that_its_content_is_not_read(path: str) -> None:
    layout = Layout.EDT if path.endswith(".oform") else Layout.DESIGNER
    read = read_edt_form if layout is Layout.EDT else read_designer_form
    data = b"\xff\xff\xff\x7f\x00\x02" if "form" not in path else b"\xef\xbb\xbf{27,\r\n{18}}"
    facts = read(source(FileKind.FORM, FORM, path, layout), data)
    assert [(form.id, form.object, form.kind) for form in facts.forms] == [
        (FORM, "Document.Заказ", "Ordinary")
    ]
    assert [problem.message for problem in facts.problems] == [
        "elements of ordinary forms are not read; their modules are"
    ]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04"])
def test_a_file_that_is_no_ordinary_form_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="ordinary form"):
        read_edt_form(source(FileKind.FORM, FORM, "Form.oform"), data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<Rights/>",
        EDT_HEAD.encode() + b"<items>",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><Form>&e;</Form>',
        EDT_HEAD.encode() + b"<items>" * 5000 + b"</items>" * 5000 + b"</f:Form>",
        "<Form>\u0434</Form>".encode("cp1251"),
    ],
)
def test_damaged_or_hostile_forms_are_refused(data: bytes) -> None:
    for read, file in ((read_edt_form, EDT), (read_designer_form, DESIGNER)):
        with pytest.raises(UnreadableFile):
            read(file, data)
