"""Where a preprocessor condition lets code run."""

from __future__ import annotations

from functools import lru_cache

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.nodes import (
    Assignment,
    Binary,
    Expression,
    Name,
    Node,
    Parenthesised,
    Unary,
)
from cai_assets.onec.bsl.parser import parse
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import words

_CLIENTS = tuple(
    words("Клиент", "Client", "НаКлиенте", "AtClient", *names)
    for names in (
        ("ТонкийКлиент", "ThinClient"),
        ("ВебКлиент", "WebClient"),
        ("ТолстыйКлиентУправляемоеПриложение", "ThickClientManagedApplication"),
        ("МобильныйКлиент", "MobileClient"),
        ("МобильноеПриложениеКлиент", "MobileAppClient"),
    )
)
"""What is true in each client of managed applications."""


def runs_on_client(module: ModuleView, node: Node) -> bool:
    """Whether the conditions around `node` are true in any client of a managed application."""
    _, condition = module.parsed.preprocessor.enclosing(node.start)
    return not condition or _true_on_client(condition)


@lru_cache(maxsize=256)
def _true_on_client(condition: str) -> bool:
    body = parse(f"А = {condition};").module.body
    value = body[0].value if body and isinstance(body[0], Assignment) else None
    return value is None or any(_holds(value, symbols) for symbols in _CLIENTS)


def _holds(value: Expression, symbols: frozenset[str]) -> bool:
    if isinstance(value, Parenthesised):
        return _holds(value.inner, symbols)
    if isinstance(value, Unary) and value.operator == k.NOT:
        return not _holds(value.operand, symbols)
    if isinstance(value, Binary):
        left, right = _holds(value.left, symbols), _holds(value.right, symbols)
        return left and right if value.operator == k.AND else left or right
    return isinstance(value, Name) and value.name.casefold() in symbols
