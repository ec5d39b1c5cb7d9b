"""The page of an object is put together from parts; what is odd stays text in every format."""

from __future__ import annotations

import json

import html5lib
import pytest

from cai_assets.site.model import Context, Input
from cai_assets.site.pages.objects import Objects
from cai_assets.site.pages.parts import access, data, forms, relations
from cai_assets.site.pages.parts.model import Part, inputs_of
from cai_assets_tests.site.pages.given import ENGLISH, RUSSIAN, rendered
from cai_assets_tests.site.pages.parts.rows import (
    ODD,
    PAGE,
    form_row,
    member,
    object_row,
    of_form,
    right,
    rows_of,
)


def test_an_object_without_parts_has_no_such_parts_of_a_page() -> None:
    rows = rows_of()
    assert data.read(PAGE, rows, RUSSIAN) is None
    assert forms.read(PAGE, rows, RUSSIAN) is None
    assert relations.read(PAGE, rows, RUSSIAN) is None
    assert access.read(PAGE, rows, RUSSIAN) is None


@pytest.mark.parametrize("context", [RUSSIAN, ENGLISH], ids=["ru", "en"])
def test_the_page_shows_odd_texts_as_texts_in_every_format(context: Context) -> None:
    rows = rows_of(
        objects=[object_row(synonym=ODD, comment=ODD, properties=[("Explanation.ru", ODD)])],
        members=[
            member("Attribute.Цена", synonym=ODD, comment=ODD, properties=[("Mask", ODD)]),
            member("EnumValue.Да", synonym=ODD),
            member("Template.Макет", synonym=ODD),
            member("Command.Печать", synonym=ODD),
        ],
        forms=[form_row()],
        form_items=[of_form(name=ODD, kind="InputField", data_path=ODD)],
        object_rights=[right("Read", restriction=ODD)],
    )
    files = rendered(Objects(), PAGE, rows, context).files
    html, markdown = files["Товары.html"], files["Товары.md"]
    parser = html5lib.HTMLParser(strict=False)
    document = parser.parse(html)
    assert not parser.errors
    assert "alert" not in "".join(
        script.text or "" for script in document.iter("{http://www.w3.org/1999/xhtml}script")
    )
    assert "<script>alert" not in html
    text = "".join(
        "".join(piece.replace("\\`", "").split("`")[::2]) for piece in markdown.split("```")[::2]
    )
    assert "alert" in text
    assert "<script>" not in text.replace("\\<", "")
    found = json.loads(files["Товары.json"])
    assert found["parts"]["data"]["tables"][0]["fields"][0]["synonym"] == ODD


def test_parts_may_share_an_input_but_not_a_name_for_two() -> None:
    first = Part("a", {"x": Input("objects", ("object",))}, lambda page, rows, context: None)
    same = Part("b", dict(first.inputs), first.read)
    other = Part("c", {"x": Input("members", ("member",))}, first.read)
    assert inputs_of([first, same]) == first.inputs
    with pytest.raises(ValueError, match="part c"):
        inputs_of([first, other])


def test_the_contents_list_what_the_page_has_and_headings_have_these_anchors() -> None:
    rows = rows_of(members=[member("Attribute.Цена")], object_rights=[right("Read")])
    view = Objects().view(PAGE, rows, RUSSIAN)
    html = rendered(Objects(), PAGE, rows).files["Товары.html"]
    anchors = [anchor for anchor, _ in view.headings()]
    assert anchors[:2] == ["part-Attribute", "part-access"]
    assert all(f'id="{anchor}"' in html for anchor in anchors)
    assert 'id="Attribute.Цена"' in html
