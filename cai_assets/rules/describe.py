"""`docs/rules.md` from the definitions: `python -m cai_assets.rules.describe > docs/rules.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.help import parameter_lines, plain_default, standard_links
from cai_assets.rules.model import Rule, Scope

_HEAD = """# Rules

Written from the definitions in `cai_assets/rules`; a test holds the two together. Keys and
parameters are those of BSL Language Server where it has the rule, so that `// BSLLS:Key-off`
comments and a `.bsl-language-server.json` keep their meaning. How to switch rules off, change
severities and parameters: [ci.md](ci.md).
"""
_SCOPES = {
    Scope.MODULE: "module",
    Scope.QUERY: "query: literals, composition schemas, dynamic lists",
    Scope.TABLES: "configuration",
}


def describe() -> str:
    """The page as Markdown."""
    rules = sorted(all_rules().values(), key=lambda rule: rule.key.casefold())
    parts = [_HEAD, *_index(rules)]
    for rule in rules:
        parts += _rule(rule)
    return "\n".join(parts)


def _index(rules: list[Rule]) -> Iterator[str]:
    off = sum(not rule.enabled for rule in rules)
    yield f"Rules: {len(rules)}; off by default: {off}.\n"
    yield "| key | severity | kind | standards | title | название | parameters |"
    yield "|:--|:--|:--|:--|:--|:--|:--|"
    for rule in rules:
        parameters = ", ".join(
            f"`{parameter.name}` = `{plain_default(parameter.default)}`"
            for parameter in rule.parameters
        )
        mark = "" if rule.enabled else " (off)"
        row = (
            f"[{rule.key}](#{rule.key.lower()}){mark}",
            str(rule.severity),
            str(rule.kind).replace("_", " "),
            standard_links(rule),
            rule.title.en,
            rule.title.ru,
            parameters,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def _rule(rule: Rule) -> Iterator[str]:
    yield f"## {rule.key}\n"
    state = "" if rule.enabled else " Off by default."
    yield f"{rule.title.en}. {rule.title.ru}. Looks at: {_SCOPES[rule.scope]}.{state}\n"
    yield f"{rule.description.en}\n"
    yield f"{rule.description.ru}\n"
    if rule.parameters:
        yield "\n".join(_parameters(rule)) + "\n"


def _parameters(rule: Rule) -> Iterator[str]:
    lines = parameter_lines(rule, "en")
    for line, parameter in zip(lines, rule.parameters, strict=True):
        yield f"{line}. {parameter.meaning.ru}"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(describe())
