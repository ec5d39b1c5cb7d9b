"""A request for every mutation that a GraphQL schema has, with arguments made from their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_client_schema,
    get_introspection_query,
)

INTROSPECTION = get_introspection_query(descriptions=False)

_SCALARS: Mapping[str, Any] = {"Int": 1, "Float": 1.0, "Boolean": True}
_DEPTH = 4


@dataclass(frozen=True)
class Request:
    """One mutation, ready to be sent."""

    name: str
    query: str
    variables: Mapping[str, Any]


def requests(introspection: Mapping[str, Any], known: Mapping[str, Any]) -> list[Request]:
    """Requests for each mutation of the schema.

    `known` are values by the name of an argument or field (`runId`, `repositoryName`, …), or of a
    mutation and its argument (`stopSensor.id`), so that requests are about what exists; anything
    else gets a value of its type. A mutation that needs none of its arguments is asked once with
    each, since it would take but one.
    """
    schema = build_client_schema(introspection)  # type: ignore[arg-type]
    assert schema.mutation_type is not None
    made = []
    for name, mutation in sorted(schema.mutation_type.fields.items()):
        types = {key: argument.type for key, argument in mutation.args.items()}
        own = {key: known[f"{name}.{key}"] for key in types if f"{name}.{key}" in known}
        for keys in _choices(types, {**known, **own}):
            chosen = {key: types[key] for key in keys}
            declared = ", ".join(f"${key}: {type_}" for key, type_ in chosen.items())
            passed = ", ".join(f"{key}: ${key}" for key in chosen)
            head = f"mutation({declared})" if declared else "mutation"
            call = f"{name}({passed})" if passed else name
            query = f"{head} {{ {call} {_selection(schema, mutation.type, _DEPTH)} }}"
            values = {key: _value(key, type_, {**known, **own}) for key, type_ in chosen.items()}
            made.append(Request(name, query, values))
    return made


def _choices(
    types: Mapping[str, GraphQLInputType], known: Mapping[str, Any]
) -> list[tuple[str, ...]]:
    """Which arguments are sent together."""
    if not types:
        return [()]
    if not any(isinstance(type_, GraphQLNonNull) for type_ in types.values()):
        return [(key,) for key in types if key in known] or [(key,) for key in types]
    simple = GraphQLScalarType | GraphQLEnumType
    return [
        tuple(
            key
            for key, type_ in types.items()
            if _needed(key, type_, known) or isinstance(type_, simple)
        )
    ]


def _needed(name: str, type_: GraphQLInputType, known: Mapping[str, Any]) -> bool:
    return name in known or isinstance(type_, GraphQLNonNull)


def _value(name: str, type_: GraphQLInputType, known: Mapping[str, Any]) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _value(name, type_.of_type, known)
    if isinstance(type_, GraphQLList):
        value = _value(name, type_.of_type, known)
        return value if isinstance(value, list) else [value]
    if name in known:
        return known[name]
    if isinstance(type_, GraphQLInputObjectType):
        return {
            key: _value(key, field.type, known)
            for key, field in type_.fields.items()
            if _needed(key, field.type, known)
        }
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    return _SCALARS.get(str(type_), {} if str(type_) == "RunConfigData" else "x")


def _selection(schema: GraphQLSchema, type_: GraphQLOutputType, depth: int) -> str:
    """What is asked of an answer: its types and messages, as deep as answers are nested."""
    while isinstance(type_, GraphQLNonNull | GraphQLList):
        type_ = type_.of_type
    if isinstance(type_, GraphQLUnionType):
        parts = [f"... on {one.name} {_selection(schema, one, depth)}" for one in type_.types]
        return f"{{ __typename {' '.join(parts)} }}"
    if not isinstance(type_, GraphQLObjectType):
        return "{ __typename }" if hasattr(type_, "fields") else ""
    inner = []
    for name, field in type_.fields.items():
        of_field: GraphQLOutputType = field.type
        while isinstance(of_field, GraphQLNonNull | GraphQLList):
            of_field = of_field.of_type
        if name == "message" and not field.args:
            inner.append(f"{type_.name}_message: message")
        if isinstance(of_field, GraphQLUnionType) and depth > 1 and not field.args:
            # Aliased: members of a union may have fields of one name and different types.
            inner.append(f"{type_.name}_{name}: {name} {_selection(schema, of_field, depth - 1)}")
    return f"{{ __typename {' '.join(inner)} }}"
