"""What string literals say: their value, and whether they hold a query."""

from __future__ import annotations

import re

from cai_assets.onec.bsl import kinds as k
from cai_assets.onec.bsl.lexer import Tokens
from cai_assets.onec.bsl.nodes import String

MAY_BE_QUERY = re.compile(r'"\s*(?:$|//|(?:выбрать|select|уничтожить|drop)\b)', re.IGNORECASE).match
"""Whether the first token of a literal may begin a query; most literals end here."""

_SELECT = re.compile(
    r"(?:\s|//[^\n]*\n)*(?:выбрать|select)(?=\s)"
    r"(?:\s+(?:различные|distinct|разрешенные|разрешённые|allowed|(?:первые|top)(?:\s+\d+)?)\b)*"
    r"(?=\s*\S)(?=[\s\S]*?(?:[&*.\d]|\n\s*\S|"
    r"\b(?:как|as|из|from|где|where|поместить|into|объединить|union|null)\b))",
    re.IGNORECASE,
)
_DROP = re.compile(r"(?:\s|//[^\n]*\n)*(?:уничтожить|drop)\s+[^\W\d]\w*\s*(?:;|$)", re.IGNORECASE)


def string_value(tokens: Tokens, node: String) -> str:
    """The value of a literal: quotes unescaped, lines and adjacent literals joined by LF."""
    kinds = tokens.code.kinds
    values = tokens.code.values
    parts = []
    for index in range(node.start, node.end + 1):
        text = values[index]
        closed = kinds[index] in {k.STRING, k.STRING_TAIL}
        parts.append(text[1:-1] if closed else text[1:])
    value = "\n".join(parts)
    return value.replace('""', '"') if '""' in value else value


def query_text(tokens: Tokens, node: String) -> str | None:
    """The value of a literal that is a query, None for any other.

    A query begins with `ВЫБРАТЬ` or `УНИЧТОЖИТЬ`, also behind blank lines and comments. Captions
    such as "Выбрать файл" begin so too: a query also has a clause, a field or several lines.
    """
    if not MAY_BE_QUERY(tokens.code.values[node.start]):
        return None
    value = string_value(tokens, node)
    # Without the blank end every search below is over at the first line end.
    words = value.rstrip()
    return value if _SELECT.match(words) or _DROP.match(words) else None
