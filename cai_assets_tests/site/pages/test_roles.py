"""Pages of roles: rights by object, restrictions, what makes a role broad or dangerous."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from cai_assets.site.derived import access
from cai_assets.site.model import Page, Rows
from cai_assets.site.pages.parts import role
from cai_assets.site.pages.parts.role import RoleView
from cai_assets.site.pages.roles import RolePages, Roles
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, given, rendered
from cai_assets_tests.site.tables import Given

_PAGE = Page("Role.Кладовщик", "Role.Кладовщик", "Role", "Кладовщик")
_LIST = Page("Role", "roles", "", "roles")


def _right(object_: str, right: str, value: bool = True, restriction: str = "") -> dict[str, Any]:
    return {"object": object_, "right": right, "value": value, "restriction": restriction}


def _rows(**tables: list[dict[str, Any]]) -> Rows:
    return given(RolePages(), **tables)


def _view(**tables: list[dict[str, Any]]) -> RoleView:
    return role.read(_PAGE, _rows(**tables), RUSSIAN)


def test_rights_stand_by_type_in_the_order_of_designer() -> None:
    view = _view(
        rights=[
            _right("Catalog.Товары", "View"),
            _right("Catalog.Товары", "InputByString"),
            _right("Catalog.Товары", "Read"),
            _right("Document.Заказ", "Posting", value=False),
            _right("Configuration.Пример", "ThinClient"),
        ]
    )

    assert [table.type for table in view.tables] == ["Configuration", "Document", "Catalog"]
    catalog = view.tables[2]
    assert catalog.rights == ("Read", "View", "InputByString")
    assert catalog.rows[0].marks == ("+", "+", "+")
    assert view.tables[1].rows[0].marks == ("-",)
    assert (view.granted, view.denied) == (4, 1)


def test_rights_on_parts_stand_apart_from_those_on_objects() -> None:
    view = _view(
        rights=[
            _right("Catalog.Товары", "Read"),
            _right("Catalog.Товары.Attribute.Цена", "Edit", value=False),
            _right("Subsystem.Продажи.Subsystem.Опт", "View"),
        ]
    )
    tables = {table.type: table for table in view.tables}

    assert tables["Catalog"].parts[0].label == "Товары · реквизит Цена"
    assert tables["Catalog"].part_rights == ("Edit",)
    assert tables["Subsystem"].parts == ()
    assert tables["Subsystem"].rows[0].label == "Продажи.Subsystem.Опт"


def test_equal_restrictions_are_one_with_all_that_it_limits() -> None:
    condition = "#ПоСкладу(Склад)"
    view = _view(
        rights=[
            _right("Document.А", "Read", restriction=condition),
            _right("Document.А", "Update", restriction=condition),
            _right("Document.Б", "Read", restriction=condition),
            _right("Document.Б", "Update", restriction="ГДЕ ЛОЖЬ"),
        ],
        restriction_templates=[
            {"name": "ПоСкладу(Поле)", "condition": "ГДЕ ИСТИНА"},
            {"name": "ПоСкла(Поле)", "condition": "ГДЕ НЕТ"},
        ],
    )

    first, second = view.restrictions
    assert first.uses == (("Document.А", ("Read", "Update")), ("Document.Б", ("Read",)))
    assert first.templates == ("ПоСкладу",)
    assert second.templates == ()
    assert view.tables[0].rows[1].marks == ("1", "2")
    assert {template.name: template.used for template in view.templates} == {
        "ПоСкладу(Поле)": 1,
        "ПоСкла(Поле)": 0,
    }


def test_a_right_that_an_extension_grants_is_granted() -> None:
    view = _view(
        rights=[
            _right("Catalog.Товары", "Read", value=False),
            _right("Catalog.Товары", "Read", value=True),
        ]
    )

    assert view.tables[0].rows[0].marks == ("+",)
    assert (view.granted, view.denied) == (1, 0)


def test_rights_of_an_administrator_are_called_so() -> None:
    view = _view(
        rights=[
            _right("Configuration.П", "Administration"),
            _right("Configuration.П", "DataAdministration", value=False),
            _right("Configuration.П", "ThinClient"),
        ]
    )

    assert view.dangerous == ("Administration",)


def test_long_templates_are_cut_and_say_their_length() -> None:
    view = _view(restriction_templates=[{"name": "Т", "condition": "А" * 10_000}])

    assert len(view.templates[0].condition) == role.TEMPLATE_SHOWN
    assert view.templates[0].length == 10_000


def test_texts_of_restrictions_are_escaped_and_anchored_once() -> None:
    odd = "ГДЕ А < Б <script>alert(1)</script>"
    rows = _rows(
        objects=[{"project": "П", "type": "Role", "properties": [], "subsystems": []}],
        projects=[{"project": "П", "kind": "configuration"}],
        rights=[_right("Document.А", "Read", restriction=odd)],
        restriction_templates=[
            {"name": "Т(А)", "condition": "1"},
            {"name": "Т(Б)", "condition": "2"},
        ],
        role_checks=[{"source": "CommonModule.М.Проверить", "file": "м.bsl", "line": 7}],
    )

    html = rendered(RolePages(), _PAGE, rows).files["Кладовщик.html"]

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert 'id="row-template-Т"' in html
    assert 'id="row-template-Т~2"' in html
    assert "м.bsl:7" in html
    english = rendered(RolePages(), _PAGE, rows, ENGLISH).files
    assert "Restrictions on rows" in english["Кладовщик.html"]
    assert "alert(1)" in english["Кладовщик.md"]


def test_the_list_counts_objects_by_type_and_points_out_broad_roles() -> None:
    rows = given(
        Roles(),
        objects=[
            {"project": "П", "object": f"Role.{name}", "name": name, "synonym": ""}
            for name in ("Полные", "Узкая", "Админ")
        ],
        summary=[
            {"role": "Role.Полные", "granted": 9, "read": 8, "change": 8, "full": True},
            {"role": "Role.Узкая", "granted": 1, "read": 1, "change": 0, "full": False},
        ],
        access=[
            {"object": "Catalog.Тайны", "only_full": True},
            {"object": "Catalog.Товары", "only_full": False},
        ],
        types=[
            {"role": "Role.Узкая", "type": "Catalog", "objects": 1},
            {"role": "Role.Полные", "type": "Document", "objects": 5},
        ],
        configuration=[{"role": "Role.Админ", "right": "Administration"}],
    )

    view = Roles().view(_LIST, rows, RUSSIAN)

    assert view.types == ("Document", "Catalog")
    assert {line.name: line.cells for line in view.roles} == {
        "Админ": (0, 0),
        "Полные": (5, 0),
        "Узкая": (0, 1),
    }
    assert [line.name for line in view.warned] == ["Полные", "Админ"]
    assert view.only_full == ("Catalog.Тайны",)
    assert view.most == (5, 1)


def test_objects_count_once_however_many_of_their_parts_have_rights() -> None:
    source = Given(
        rights=pa.table(
            {
                "role": ["Role.А"] * 4,
                "object": [
                    "Catalog.Т",
                    "Catalog.Т.Attribute.Ц",
                    "Subsystem.П.Subsystem.О",
                    "Catalog.Нет",
                ],
                "value": [True, True, True, False],
                "restriction": ["", "ГДЕ", None, ""],
            }
        )
    )

    found = access.TABLES["role_types"](source).to_pylist()

    assert found == [
        {"role": "Role.А", "type": "Catalog", "objects": 1, "restricted": 1},
        {"role": "Role.А", "type": "Subsystem", "objects": 1, "restricted": 0},
    ]
