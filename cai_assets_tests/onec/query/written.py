"""A query tree written as text in English, so that tests compare texts and not trees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cai_assets.onec.query import nodes as n
from cai_assets.onec.query.parser import parse


def written(text: str) -> str:
    """A query text, parsed and written again; it must have no errors."""
    parsed = parse(text)
    assert parsed.errors == []
    return package(parsed.package)


def package(node: n.QueryPackage) -> str:
    """All queries of a package."""
    return "; ".join(map(one, node.queries))


def one(node: Any) -> str:
    """Any node."""
    return _WRITERS[type(node)](node)


def _list(nodes: Sequence[Any], divider: str = ", ") -> str:
    return divider.join(map(one, nodes))


def _path(node: Any) -> str:
    return ".".join(node.names)


def _aliased(text: str, alias: str) -> str:
    return f"{text} AS {alias}" if alias else text


def _select(node: n.Select) -> str:
    words = [node.union.replace("_", " "), "SELECT"]
    words += ["ALLOWED"] * (node.allowed >= 0) + ["DISTINCT"] * (node.distinct >= 0)
    words += [f"TOP {node.top.count}"] if node.top else []
    words.append(_list(node.fields))
    if node.into:
        words.append(f"{'ADD' if node.into.adds else 'INTO'} {node.into.name}")
    words += ["FROM", _list(node.sources)] if node.sources else []
    words += ["WHERE", one(node.where)] if node.where else []
    words += [one(node.group_by)] if node.group_by else []
    words += ["HAVING", one(node.having)] if node.having else []
    for clause in (node.for_update, node.index_by, node.order_by):
        words += [one(clause)] if clause else []
    words += map(one, node.extensions)
    return " ".join(filter(None, words))


def _query(node: n.Query) -> str:
    words = list(map(one, node.selects))
    words += [one(node.order_by)] if node.order_by else []
    words += ["AUTOORDER"] if node.autoorder >= 0 else []
    words += [one(node.totals)] if node.totals else []
    return " ".join([*words, *map(one, node.extensions)])


def _source(node: n.Source) -> str:
    return " ".join([_aliased(one(node.table), node.alias), *map(one, node.joins)])


def _join(node: n.Join) -> str:
    text = f"{node.kind} JOIN {one(node.source)} ON {one(node.condition)}"
    return f"{{{text}}}" if node.optional else text


def _virtual(node: n.VirtualTable) -> str:
    parameters = "" if node.parameters is None else f"({_list(node.parameters)})"
    return f"{_path(node)}:{node.virtual}{parameters}"


def _table_parameter(node: n.TableParameter) -> str:
    return " ".join(map(one, [*([node.value] if node.value else []), *node.extensions]))


def _group_by(node: n.GroupBy) -> str:
    if node.sets is None:
        return f"GROUP BY {_list(node.items)}"
    return f"GROUP BY GROUPING SETS ({_list(node.sets)})"


def _index(node: n.IndexBy) -> str:
    return f"INDEX BY SETS ({_list(node.items)})" if node.sets else f"INDEX BY {_list(node.items)}"


def _order_item(node: n.OrderItem) -> str:
    words = [one(node.value), node.direction, "HIERARCHY" if node.hierarchy else ""]
    return " ".join(filter(None, words))


def _totals(node: n.Totals) -> str:
    return " ".join(filter(None, ["TOTALS", _list(node.fields), "BY", _list(node.groups)]))


def _totals_group(node: n.TotalsGroup) -> str:
    words = [one(node.value) if node.value else "OVERALL", node.hierarchy]
    if node.periods is not None:
        words.append(f"PERIODS({_list(node.periods)})")
    return _aliased(" ".join(filter(None, words)), node.alias)


def _extension_item(node: n.ExtensionItem) -> str:
    return _aliased(one(node.value) + ".*" * node.detailed, node.alias)


def _extension(node: n.Extension) -> str:
    return "{" + " ".join(filter(None, [node.kind, _list(node.items)])) + "}"


def _function(node: n.FunctionCall) -> str:
    return f"{node.name}({'DISTINCT ' * node.distinct}{_list(node.arguments)})"


def _type(node: n.TypeName) -> str:
    return _path(node) + (f"({', '.join(node.qualifiers)})" if node.qualifiers else "")


def _case(node: n.Case) -> str:
    words = ["CASE", one(node.operand) if node.operand else "", _list(node.branches, " ")]
    words += ["ELSE", one(node.otherwise)] if node.otherwise else []
    return " ".join(filter(None, [*words, "END"]))


def _not(node: Any) -> str:
    return "NOT " if node.negated else ""


def _in(node: n.In) -> str:
    word = "IN HIERARCHY" if node.hierarchy else "IN"
    return f"<{one(node.operand)} {_not(node)}{word} {one(node.values)}>"


def _like(node: n.Like) -> str:
    escape = f" ESCAPE {one(node.escape)}" if node.escape else ""
    return f"<{one(node.operand)} {_not(node)}LIKE {one(node.pattern)}{escape}>"


_WRITERS: dict[type, Callable[[Any], str]] = {
    n.Query: _query,
    n.Select: _select,
    n.DropTable: lambda x: f"DROP {x.name}",
    n.BrokenQuery: lambda _: "BROKEN",
    n.SelectField: lambda x: _aliased(one(x.value), x.alias),
    n.Source: _source,
    n.Join: _join,
    n.Table: _path,
    n.VirtualTable: _virtual,
    n.TableParameter: _table_parameter,
    n.Subquery: lambda x: f"({one(x.query)})",
    n.GroupBy: _group_by,
    n.IndexBy: _index,
    n.IndexItem: lambda x: one(x.value) + " UNIQUE" * x.unique,
    n.ForUpdate: lambda x: " ".join(filter(None, ["FOR UPDATE", _list(x.tables)])),
    n.OrderBy: lambda x: f"ORDER BY {_list(x.items)}",
    n.OrderItem: _order_item,
    n.Totals: _totals,
    n.TotalsGroup: _totals_group,
    n.Extension: _extension,
    n.ExtensionItem: _extension_item,
    n.Field: _path,
    n.Number: lambda x: x.text,
    n.String: lambda x: repr(x.text),
    n.Boolean: lambda x: str(x.value).upper(),
    n.Null: lambda _: "NULL",
    n.Undefined: lambda _: "UNDEFINED",
    n.Parameter: lambda x: f"&{x.name}",
    n.Placeholder: lambda x: x.text,
    n.FunctionCall: _function,
    n.Value: lambda x: f"VALUE({_path(x)})",
    n.TypeName: _type,
    n.TypeLiteral: lambda x: f"TYPE({one(x.type)})",
    n.Cast: lambda x: f"CAST({one(x.operand)} AS {one(x.type)})",
    n.Dereference: lambda x: f"{one(x.operand)}.{_path(x)}",
    n.Case: _case,
    n.CaseBranch: lambda x: f"WHEN {one(x.condition)} THEN {one(x.value)}",
    n.Unary: lambda x: f"<{x.operator} {one(x.operand)}>",
    n.Binary: lambda x: f"<{one(x.left)} {x.operator} {one(x.right)}>",
    n.Parenthesised: lambda x: f"({one(x.inner)})",
    n.Tuple: lambda x: f"({_list(x.items)})",
    n.IsNull: lambda x: f"<{one(x.operand)} IS {_not(x)}NULL>",
    n.Between: lambda x: f"<{one(x.operand)} {_not(x)}BETWEEN {one(x.low)} AND {one(x.high)}>",
    n.In: _in,
    n.Like: _like,
    n.Refs: lambda x: f"<{one(x.operand)} REFS {one(x.type)}>",
    n.Asterisk: lambda x: ".".join([*x.names, "*"]),
    n.InlineTable: lambda x: f"{_path(x)}.({_list(x.fields)})",
}
