"""Parse what data composition adds to queries: braces around fields, conditions and parameters."""

from __future__ import annotations

from cai_assets.onec.query import kinds as k
from cai_assets.onec.query.nodes import Asterisk, Extension, ExtensionItem, Field
from cai_assets.onec.query.sources import SourceParser


class CompositionParser(SourceParser):
    """Reads braces. Braces around joins are read with the joins."""

    def extension(self) -> Extension:
        """`{…}` of data composition."""
        start = self.take(k.LEFT_BRACE)
        kind = _EXTENSIONS.get(self.kinds[self.at], "")
        if kind:
            self.at += 1
        if kind == "CHARACTERISTICS":
            self._skip_braces()
            return Extension(start, kind, [], self.take(k.RIGHT_BRACE))
        if kind in {"ORDER", "TOTALS"}:
            self.take(k.BY)
        items: list[ExtensionItem] = []
        while self.kinds[self.at] != k.RIGHT_BRACE:
            items.append(self._extension_item())
            if not self.accept(k.COMMA):
                break
        return Extension(start, kind, items, self.take(k.RIGHT_BRACE))

    def _extension_item(self) -> ExtensionItem:
        start = self.at
        value = self.expression()
        detailed = False
        if type(value) is Asterisk and value.names:
            detailed = True
            value = Field(value.start, value.names, value.end - 2)
        elif self.kinds[self.at] == k.DOT and self.kinds[self.at + 1] == k.STAR:
            detailed = True
            self.at += 2
        direction = self.kinds[self.at]
        if direction in (k.ASC, k.DESC, k.HIERARCHY):
            self.at += 1
        alias = self.alias()
        return ExtensionItem(start, value, detailed, alias, self.at - 1)

    def _skip_braces(self) -> None:
        depth = 0
        while self.kinds[self.at] != k.END:
            kind = self.kinds[self.at]
            if kind == k.RIGHT_BRACE:
                if not depth:
                    return
                depth -= 1
            elif kind == k.LEFT_BRACE:
                depth += 1
            self.at += 1


_EXTENSIONS = {
    k.SELECT: "SELECT",
    k.WHERE: "WHERE",
    k.ORDER: "ORDER",
    k.TOTALS: "TOTALS",
    k.CHARACTERISTICS: "CHARACTERISTICS",
}
