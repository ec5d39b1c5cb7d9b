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
    """A request for each mutation of the schema.

    `known` are values by the name of an argument or field (`runId`, `repositoryName`, …), so that
    requests are about what exists; anything else that is required gets a value of its type.
    """
    schema = build_client_schema(introspection)  # type: ignore[arg-type]
    assert schema.mutation_type is not None
    made = []
    for name, mutation in sorted(schema.mutation_type.fields.items()):
        everything = {key: argument.type for key, argument in mutation.args.items()}
        arguments = {key: one for key, one in everything.items() if _needed(key, one, known)}
        arguments = arguments or everything
        declared = ", ".join(f"${key}: {type_}" for key, type_ in arguments.items())
        passed = ", ".join(f"{key}: ${key}" for key in arguments)
        head = f"mutation({declared})" if declared else "mutation"
        call = f"{name}({passed})" if passed else name
        query = f"{head} {{ {call} {_selection(schema, mutation.type, _DEPTH)} }}"
        values = {key: _value(key, type_, known) for key, type_ in arguments.items()}
        made.append(Request(name, query, values))
    return made


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
    """What is asked of an answer: the names of its types, as deep as answers are nested."""
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
        if isinstance(of_field, GraphQLUnionType) and depth > 1 and not field.args:
            # Aliased: members of a union may have fields of one name and different types.
            inner.append(f"{type_.name}_{name}: {name} {_selection(schema, of_field, depth - 1)}")
    return f"{{ __typename {' '.join(inner)} }}"
