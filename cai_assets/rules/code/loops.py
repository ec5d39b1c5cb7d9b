"""Queries are not executed in loops (standard 436)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cai_assets.onec.bsl.nodes import (
    Assignment,
    Binary,
    Chain,
    Expression,
    MethodCall,
    Name,
    New,
    Node,
    Unary,
    walk,
)
from cai_assets.rules.model import Found, Kind, Severity, Text, module_rule
from cai_assets.rules.module import ModuleView
from cai_assets.rules.syntax import literal, loop_around, path, text_of, words

_EXECUTE = words("Выполнить", "Execute", "ВыполнитьПакет", "ExecuteBatch")
_QUERIES = words(
    "Запрос", "Query", "ПостроительЗапроса", "QueryBuilder", "ПостроительОтчета", "ReportBuilder"
)


@module_rule(
    "CreateQueryInCycle",
    severity=Severity.CRITICAL,
    kind=Kind.BUG,
    standards=(436,),
    title=Text("Запрос выполняется в цикле", "Query executed in a loop"),
    description=Text(
        "На каждый проход цикла база получает отдельный запрос. На малых данных это незаметно, "
        "на рабочих — время растет вместе с числом строк.\n\nПолучите данные одним запросом до "
        "цикла: передайте массив или временную таблицу параметром и обходите результат.",
        "The database gets a query of its own for each turn of the loop. Nobody notices with a "
        "few rows; with real data the time grows with their number.\n\nGet the data by one query "
        "before the loop: pass an array or a temporary table and walk through the result.",
    ),
    message=Text("Запрос выполняется в цикле", "A query is executed in a loop"),
)
def query_in_loop(module: ModuleView, options: Mapping[str, Any]) -> Iterator[Found]:
    scopes: dict[int, Node] = {}
    for call in module.find(MethodCall):
        if call.name.casefold() in _EXECUTE and loop_around(module, call) is not None:
            scope: Node = module.routine_of(call) or module.tree
            scopes[id(scope)] = scope
    for scope in sorted(scopes.values(), key=lambda node: node.start):
        yield from _in_scope(module, scope)


def _in_scope(module: ModuleView, scope: Node) -> Iterator[Found]:
    """Follow what variables hold in the order of the source; in a loop they keep what they held."""
    queries: set[str] = set()
    statements = module.tree.body if scope is module.tree else [scope]
    for statement in statements:
        for node in walk(statement):
            if isinstance(node, Assignment):
                target = text_of(module, node.target)
                if _gives_query(module, node.value, queries):
                    queries.add(target)
                elif loop_around(module, node) is None:
                    queries.discard(target)
            elif (
                isinstance(node, MethodCall)
                and node.name.casefold() in _EXECUTE
                and _executes(module, node, queries)
                and loop_around(module, node) is not None
            ):
                chain = module.parent(node) or node
                yield Found(chain.start, chain.end)


def _gives_query(module: ModuleView, value: Expression, queries: set[str]) -> bool:
    while isinstance(value, (Binary, Unary)):
        value = value.left if isinstance(value, Binary) else value.operand
    if isinstance(value, New):
        name = value.type_name
        if not name and value.arguments:
            name = literal(module, value.arguments[0]) or ""
        return name.casefold() in _QUERIES
    return bool(path(value)) and text_of(module, value) in queries


def _executes(module: ModuleView, call: MethodCall, queries: set[str]) -> bool:
    """Whether what stands before `.Выполнить()` holds a query, or is a new one."""
    chain = module.parent(call)
    if not isinstance(chain, Chain):
        return False
    if chain.links[0] is call and not isinstance(chain.head, Name):
        return _gives_query(module, chain.head, queries)
    return "".join(module.tokens.code.values[chain.start : call.start]).casefold() in queries
