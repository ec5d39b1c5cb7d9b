"""What the site has, for tools and language models: `index.json`, `index.md`, `llms.txt`.

The names are stable. `index.json` lists every page with all its files; `index.md` is the same to
read; `llms.txt` follows the convention of llmstxt.org: what this is, and where to begin.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cai_assets.knowledge.snapshots import GROUP as PARSED
from cai_assets.learning.catalogue import MODELS
from cai_assets.rules.catalogue import all_rules
from cai_assets.rules.help import said
from cai_assets.site.files import write_changed
from cai_assets.site.manifest import Manifest
from cai_assets.site.model import Context, Source, Words
from cai_assets.site.names import type_heading, type_name
from cai_assets.site.paths import relative
from cai_assets.site.render import HTML, JSON, MARKDOWN, markdown_text

JSON_FILE, MARKDOWN_FILE, LLMS_FILE = "index.json", "index.md", "llms.txt"
FILES = (JSON_FILE, MARKDOWN_FILE, LLMS_FILE)

RULE, TYPE, PAGE = "rule", "type", "page"
_NOT_LISTED = frozenset({"search"})
"""Pages that are of no use without a browser."""
_MODEL = "model:"
_FORMAT = 1
"""Version of the format of `index.json`."""

_ABOUT: Mapping[str, Words] = {
    "index": Words(
        "Обзор конфигурации: из чего она состоит.", "What the configuration consists of."
    ),
    "types": Words("Все виды объектов метаданных.", "All types of metadata objects."),
    "findings": Words("Что нашли правила, со счётом.", "What the rules found, counted."),
    "unused": Words("Что ничему не нужно, с причинами.", "What nothing needs, with reasons."),
    "completeness": Words(
        "Какие файлы выгрузки прочитаны и какие нет.", "Which files of the upload were read."
    ),
    "subsystems": Words(
        "Подсистемы: состав, зависимости между ними.",
        "Subsystems and how they depend on each other.",
    ),
    "registers": Words("Регистры: кто пишет и кто читает.", "Registers: who writes, who reads."),
    "events": Words(
        "Подписки на события и обработчики.", "Event subscriptions and handlers of events."
    ),
    "jobs": Words("Регламентные задания и их расписания.", "Scheduled jobs and their schedules."),
    "http_services": Words("HTTP- и веб-сервисы, их операции.", "HTTP and web services."),
    "roles": Words("Роли и их права.", "Roles and their rights."),
    "queries": Words("Запросы и таблицы, которые они читают.", "Queries and what they read."),
    "releases": Words("Что менялось от выгрузки к выгрузке.", "What changed between uploads."),
    "models": Words("Обученные модели и их качество.", "Trained models and how good they are."),
    "dataset": Words("Набор данных для обучения.", "The dataset for training."),
}

_LAYOUT = Words(
    "Сайт сделан из выгрузки конфигурации 1С:Предприятие: метаданные, код, связи, замечания. "
    "У страниц объектов рядом лежат те же сведения в Markdown и JSON: вместо `.html` — `.md` и "
    "`.json`. Идентификаторы — как `Catalog.Имя`; часть объекта стоит на его странице под якорем, "
    "который есть её идентификатор без идентификатора объекта: `#Attribute.Имя`, "
    "`#ObjectModule.Имя`.",
    "Made from the sources of a configuration of 1C:Enterprise: metadata, code, links, findings. "
    "Pages of objects have the same beside them as Markdown and JSON: `.md` and `.json` instead "
    "of `.html`. Ids are like `Catalog.Name`; a part of an object stands on its page at an "
    "anchor that is its id without that of the object: `#Attribute.Name`, `#ObjectModule.Name`.",
)
_ALL = Words("Все страницы", "All pages")
_OBJECTS = Words("Объекты по видам", "Objects by type")
_OVERVIEWS = Words("Обзорные страницы", "Overviews")
_RULES = Words("Правила", "Rules")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the site. `type` is that of an object, or `rule`, `type`, `page`.

    `markdown` and `json` are empty where there is no such file; `about` is one sentence or empty.
    """

    id: str
    type: str
    title: str
    synonym: str
    html: str
    markdown: str
    json: str
    about: str

    def plain(self) -> dict[str, str]:
        """As in `index.json`; what is empty is left out."""
        found = {
            "id": self.id, "type": self.type, "title": self.title, "synonym": self.synonym,
            "about": self.about, "html": self.html, "md": self.markdown, "json": self.json,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}


def write_listings(source: Source, manifest: Manifest, folder: Path, context: Context) -> int:
    """Write what has changed of `FILES`; returns the bytes of all."""
    entries = entries_of(source, manifest, context)
    texts = {
        JSON_FILE: as_json(entries, context),
        MARKDOWN_FILE: as_markdown(entries, context),
        LLMS_FILE: as_llms(entries, context),
    }
    total = 0
    for name, text in texts.items():
        data = text.encode()
        write_changed(folder, name, data)
        total += len(data)
    return total


def entries_of(source: Source, manifest: Manifest, context: Context) -> list[Entry]:
    """Every page by path."""
    objects = _objects(source)
    columns = (manifest.pages.column(name).to_pylist() for name in ("path", "id", "title", "files"))
    found = []
    for path, id_, title, files in sorted(zip(*columns, strict=True)):
        if id_ in _NOT_LISTED:
            continue
        type_, synonym, comment = objects.get(id_, ("", "", ""))
        if not type_:
            type_ = next((kind for kind in (RULE, TYPE) if id_.startswith(f"{kind}:")), PAGE)
        stem = path.removesuffix(HTML)
        found.append(
            Entry(
                id_, type_, title, synonym, path,
                stem + MARKDOWN if stem + MARKDOWN in files else "",
                stem + JSON if stem + JSON in files else "",
                comment or _about(id_, type_, synonym, context),
            )
        )  # fmt: skip
    return found


def _objects(source: Source) -> dict[str, tuple[str, str, str]]:
    """Type, synonym and the comment on one line, by id; of several projects one that says more."""
    columns = ("object", "project", "type", "synonym", "comment")
    table = source.table(PARSED, "objects", columns)
    if table is None:
        return {}
    rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
    found: dict[str, tuple[str, str, str]] = {}
    for id_, _, type_, synonym, comment in sorted(rows, key=lambda row: (not row[3], row[:2])):
        found.setdefault(id_, (type_, synonym or "", " ".join((comment or "").split())))
    return found


def _about(id_: str, type_: str, synonym: str, context: Context) -> str:
    if type_ == RULE:
        rule = all_rules().get(id_.partition(":")[2])
        return said(rule.description, context.language).partition("\n\n")[0] if rule else ""
    if id_.startswith(_MODEL):
        model = next((one for one in MODELS if one.name == id_.removeprefix(_MODEL)), None)
        return context.say(*model.question) if model else ""
    if type_ in (TYPE, PAGE):
        return context.say(*_ABOUT[id_]) if id_ in _ABOUT else ""
    name = type_name(type_, context.language)
    return context.say(f"{name} «{synonym}».", f"{name} “{synonym}”.") if synonym else ""


# --- The files ----------------------------------------------------------------------------


def as_json(entries: Sequence[Entry], context: Context) -> str:
    """`index.json`: a page a line."""
    head = {
        "format": _FORMAT,
        "configuration": context.configuration,
        "name": context.name or context.configuration,
        "language": context.language,
        "pages": [],
    }
    start = json.dumps(head, ensure_ascii=False).removesuffix("]}")
    lines = (json.dumps(entry.plain(), ensure_ascii=False) for entry in entries)
    return f"{start}\n" + ",\n".join(lines) + "\n]}\n"


def as_markdown(entries: Sequence[Entry], context: Context) -> str:
    """`index.md`: every page, objects by type."""
    name = markdown_text(context.name or context.configuration)
    parts = [f"# {name}", context.say(*_LAYOUT)]
    for heading, mine in _grouped(entries, context):
        lines = (f"- {_link(entry)}{_tail(entry)}" for entry in mine)
        parts.append(f"## {heading}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def as_llms(entries: Sequence[Entry], context: Context) -> str:
    """`llms.txt`: what this is, and where to begin."""
    name = markdown_text(context.name or context.configuration)
    told = context.say(
        f"Документация конфигурации 1С:Предприятие «{name}».",
        f"Documentation of “{name}”, a configuration of 1C:Enterprise.",
    )
    counts: dict[str, int] = defaultdict(int)
    for entry in entries:
        counts[entry.type] += 1
    overviews = [entry for entry in entries if entry.type == PAGE]
    types = [entry for entry in entries if entry.type == TYPE]
    lists = [
        f"- [{MARKDOWN_FILE}]({MARKDOWN_FILE}): "
        + context.say("все страницы одним списком", "all pages in one list"),
        f"- [{JSON_FILE}]({JSON_FILE}): "
        + context.say("то же для программ: id, вид, название, файлы", "the same for programs"),
    ]
    parts = [f"# {name}", f"> {told}", context.say(*_LAYOUT)]
    for heading, lines in (
        (_ALL, lists),
        (_OVERVIEWS, [f"- {_link(entry)}{_tail(entry)}" for entry in overviews]),
        (_OBJECTS, [f"- {_link(e)}: {counts[e.id.partition(':')[2]]}" for e in types]),
    ):
        if lines:
            parts.append(f"## {context.say(*heading)}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _grouped(entries: Sequence[Entry], context: Context) -> Iterable[tuple[str, Sequence[Entry]]]:
    """Overviews, then objects by type, then rules."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.type].append(entry)
    fixed = {PAGE: _OVERVIEWS, TYPE: _OBJECTS, RULE: _RULES}
    types = sorted(groups.keys() - fixed.keys())
    for type_ in (PAGE, TYPE, *types, RULE):
        if groups.get(type_):
            words = fixed.get(type_)
            heading = context.say(*words) if words else type_heading(type_, context.language)
            yield heading, groups[type_]


def _link(entry: Entry) -> str:
    address = relative(entry.markdown or entry.html, "")
    return f"[{markdown_text(entry.title)}](<{address}>)"


def _tail(entry: Entry) -> str:
    said_ = entry.about or entry.synonym
    return f": {markdown_text(said_)}" if said_ else ""
