"""How many call sites of real configurations are resolved; `docs/calls.md` has the figures."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from cai_assets.knowledge.coded import Coded
from cai_assets.knowledge.extract import extract
from cai_assets.knowledge.resolutions import CATALOGUE, RESOLVED

_FOLDER = os.environ.get("CAI_CORPORA", "")

pytestmark = pytest.mark.skipif(
    not _FOLDER, reason="CAI_CORPORA does not name a folder with real configurations"
)


@cache
def _tables(name: str) -> dict[str, pa.Table]:
    root = Path(_FOLDER) / name
    if not root.is_dir():
        pytest.skip(f"CAI_CORPORA has no {name}")
    return extract(root).tables


def _share(found: Counter[str], *groups: str) -> float:
    wanted = (one.name for one in CATALOGUE if one.group in groups)
    return sum(found[name] for name in wanted) / found.total()


@pytest.mark.parametrize(
    ("name", "classified", "by_name"),
    [
        ("ssl_3_1_edt", 0.98, 0.05),
        ("IRP", 0.99, 0.06),
        ("yaxunit", 0.97, 0.04),
        ("FoxyLink", 0.95, 0.08),
    ],
)
def test_most_call_sites_are_resolved_or_told_why_not(
    name: str, classified: float, by_name: float
) -> None:
    resolution = Coded.of(_tables(name)["calls"], "resolution")
    found = Counter(text or "" for text in resolution.texts())
    assert _share(found, "resolved", "platform", "reason") >= classified
    assert found["platform_by_name"] / found.total() <= by_name
    assert _share(found, "reason") <= 0.03


@pytest.mark.parametrize("name", ["ssl_3_1_edt", "IRP", "yaxunit", "FoxyLink"])
def test_calls_that_name_a_common_module_are_resolved(name: str) -> None:
    tables = _tables(name)
    objects, calls = tables["objects"], tables["calls"]
    modules = {
        object_.partition(".")[2].casefold()
        for object_ in objects.column("object").to_pylist()
        if object_.startswith("CommonModule.")
    }
    named = Coded.of(calls, "receiver").map(lambda text: int(text.casefold() in modules)) == 1
    resolved = Coded.of(calls, "resolution").map(lambda text: int(text in RESOLVED)) == 1
    assert (named & resolved).sum() / named.sum() >= 0.99


@pytest.mark.parametrize(
    ("name", "receiver", "called", "callee"),
    [
        (
            "ssl_3_1_edt",
            "РегистрыСведений.ЗначенияГруппДоступа",
            "ОбновитьДанныеРегистра",
            "InformationRegister.ЗначенияГруппДоступа.ManagerModule.ОбновитьДанныеРегистра",
        ),
        (
            "ssl_3_1_edt",
            "МодульУправлениеДоступом",
            "ПриЧтенииНаСервере",
            "CommonModule.УправлениеДоступом.ПриЧтенииНаСервере",
        ),
        (
            "ssl_3_1_edt",
            'РеквизитФормыВЗначение("Объект")',
            "ВыполнитьУстановку",
            "DataProcessor.БлокировкаРаботыПользователей.ObjectModule.ВыполнитьУстановку",
        ),
        (
            "ssl_3_1_edt",
            "ФормаПередачаПараметров()",
            "ОткрытьНовуюФорму",
            "Catalog.СертификатыКлючейЭлектроннойПодписиИШифрования.Form.ПередачаПараметров"
            ".ОткрытьНовуюФорму",
        ),
        (
            "yaxunit",
            "ЮТест.ОжидаетЧто()",
            "Равно",
            "CommonModule.ЮТУтверждения.Равно",
        ),
    ],
)
def test_known_calls_lead_where_they_must(
    name: str, receiver: str, called: str, callee: str
) -> None:
    calls = _tables(name)["calls"].select(["receiver", "name", "callee"]).to_pandas()
    rows = calls[(calls["receiver"] == receiver) & (calls["name"] == called)]
    assert set(rows["callee"]) == {callee}
