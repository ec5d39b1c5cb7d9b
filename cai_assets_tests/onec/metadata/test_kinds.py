"""What the kinds of objects are called."""

from __future__ import annotations

import pytest

from cai_assets.onec.metadata.kinds import KINDS


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("Catalog", "Справочники"),
        ("InformationRegister", "Регистры сведений"),
        ("ChartOfCharacteristicTypes", "Планы видов характеристик"),
        ("HTTPService", "HTTP-сервисы"),
        ("WebSocketClient", "WebSocket-клиенты"),
        ("XDTOPackage", "Пакеты XDTO"),
    ],
)
def test_headings_in_russian_are_words(name: str, heading: str) -> None:
    assert next(kind for kind in KINDS if kind.name == name).russian_heading == heading
