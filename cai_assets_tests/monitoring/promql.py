"""Names of metrics in an expression of PromQL: what is left when all else is taken away."""

from __future__ import annotations

import re

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_LABELS = re.compile(r"\{[^}]*\}")
_GROUPING = re.compile(
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", re.IGNORECASE
)
_RANGES = re.compile(r"\[[^\]]*\]")
_WORD = re.compile(r"(?<!\w)[a-zA-Z_:][a-zA-Z0-9_:]*(?!\s*\()(?![a-zA-Z0-9_:])")
_KEYWORDS = {"and", "or", "unless", "offset", "bool", "inf", "nan"}
_DURATION = re.compile(r"\b\d+(?:ms|[smhdwy])\b|\$\w+")
_SUFFIXES = ("_bucket", "_sum", "_count")


def names_in(expression: str) -> set[str]:
    """The metrics that an expression reads; of a histogram its own name."""
    text = expression
    for pattern in (_STRINGS, _LABELS, _RANGES, _GROUPING, _DURATION):
        text = pattern.sub(" ", text)
    words = {match for match in _WORD.findall(text) if match.casefold() not in _KEYWORDS}
    functions = {
        match[1] for match in re.finditer(r"\b([a-zA-Z_]\w*)\s*(?:by|without)?\s*\(", text)
    }
    aggregations = {"sum", "max", "min", "avg", "count", "topk", "bottomk", "quantile", "group"}
    return {_histogram(word) for word in words - functions - aggregations}


def _histogram(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and name.removesuffix(suffix).endswith("_seconds"):
            return name.removesuffix(suffix)
    return name
