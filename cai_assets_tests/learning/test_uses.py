"""What counts as a use of an object or routine, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from cai_assets.learning.features.modules.uses import Uses, read_uses
from cai_assets_tests.learning.used import Upload


def used(uses: Uses, module: str) -> list[str]:
    row = uses.matrix[uses.modules.ids.index(module)]
    return [uses.items.ids[item] for item in row.indices.tolist()]


@pytest.fixture
def upload() -> Upload:
    upload = Upload()
    upload.object("CommonModule.Prices")
    upload.module("CommonModule.Prices", "CommonModule", ["PriceOf"])
    upload.object("Catalog.Goods")
    upload.module("Catalog.Goods", "ManagerModule", ["Find"])
    upload.object("Document.Order")
    upload.module("Document.Order")
    return upload


def test_calls_of_exported_routines_and_named_objects_are_uses(upload: Upload) -> None:
    module = "Document.Order.ObjectModule"
    upload.uses(module, "CommonModule.Prices.PriceOf")
    upload.uses(module, "Catalog.Goods", "query_table", line=2)
    assert used(read_uses(upload.inputs()), module) == [
        "Catalog.Goods",
        "CommonModule.Prices.PriceOf",
    ]


def test_the_own_object_and_its_routines_are_no_items_of_a_module(upload: Upload) -> None:
    module = "Catalog.Goods.ManagerModule"
    upload.uses(module, "Catalog.Goods.Find")
    upload.uses(module, "Catalog.Goods", "manager", line=2)
    assert used(read_uses(upload.inputs()), module) == []


def test_a_manager_named_to_call_its_routine_is_not_used_besides(upload: Upload) -> None:
    module = "Document.Order.ObjectModule"
    upload.uses(module, "Catalog.Goods.Find", line=5)
    upload.uses(module, "Catalog.Goods", "manager", line=5)
    assert used(read_uses(upload.inputs()), module) == ["Catalog.Goods.Find"]
    upload.uses(module, "Catalog.Goods", "manager", line=6)
    assert used(read_uses(upload.inputs()), module) == ["Catalog.Goods", "Catalog.Goods.Find"]


def test_comments_descriptions_and_what_is_not_resolved_are_no_uses(upload: Upload) -> None:
    module = "Document.Order.ObjectModule"
    upload.uses(module, "Catalog.Goods", "doc_type")
    upload.uses(module, "Catalog.Goods", "manager", line=3, resolved=False)
    upload.links("Document.Order", "Catalog.Goods")
    uses = read_uses(upload.inputs())
    assert used(uses, module) == []
    place = uses.nodes.position
    assert uses.links[place["document.order"], place["catalog.goods"]] == 1


def test_common_modules_and_pictures_are_no_items_but_unused_objects_are(upload: Upload) -> None:
    upload.object("CommonPicture.Logo")
    upload.object("Constant.Rate")
    ids = read_uses(upload.inputs()).items.ids
    assert ids == [
        "Catalog.Goods",
        "Catalog.Goods.Find",
        "CommonModule.Prices.PriceOf",
        "Constant.Rate",
        "Document.Order",
    ]


def test_letter_case_does_not_part_an_item(upload: Upload) -> None:
    module = "Document.Order.ObjectModule"
    upload.uses(module, "COMMONMODULE.PRICES.priceof", target_object="CommonModule.Prices")
    upload.uses(module, "catalog.goods", "manager", line=2)
    assert used(read_uses(upload.inputs()), module) == [
        "Catalog.Goods",
        "CommonModule.Prices.PriceOf",
    ]


def test_names_with_rare_stems_are_alike(upload: Upload) -> None:
    upload.object("Catalog.GoodsOfShop")
    uses = read_uses(upload.inputs())
    place = uses.nodes.position
    alike = (uses.object_words @ uses.object_words.T).toarray()
    goods, shop, order = (
        place[name] for name in ("catalog.goods", "catalog.goodsofshop", "document.order")
    )
    assert alike[goods, shop] > 0.3
    assert alike[goods, order] == 0
    assert np.allclose(alike[goods, goods], 1)


def test_tables_without_rows_give_a_matrix_without_rows() -> None:
    uses = read_uses(Upload().inputs())
    assert uses.matrix.shape == (0, 0)
    assert len(uses.modules) == 0
