"""JSON that people can compare: the outer levels line by line, what is inside in one line each."""

from __future__ import annotations

import json
from typing import Any


def json_text(value: Any, levels: int) -> str:
    """`value` as JSON with a line end; containers of the first `levels` levels are opened up.

    Not all are: Python's fast encoder does not indent, and reports have 10,000s of findings.
    """
    return _text(value, levels) + "\n"


def _text(value: Any, levels: int) -> str:
    if levels and isinstance(value, dict) and value:
        rows = (f"{_line(key)}: {_text(item, levels - 1)}" for key, item in value.items())
        return "{\n" + ",\n".join(rows) + "\n}"
    if levels and isinstance(value, list) and value:
        return "[\n" + ",\n".join(_text(item, levels - 1) for item in value) + "\n]"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
