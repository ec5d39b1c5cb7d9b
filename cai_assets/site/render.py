"""From a view to files: the page, its Markdown and its JSON, and what they ask for.

Everything that is not part of a template is escaped. Links are written by `ref` and `href`,
which know the page they stand on and remember the ids they were asked for: a page is stale, too,
when one of these has moved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cai_assets.analysis.charts import number, shortened
from cai_assets.analysis.markdown import decimal, percent, subsystem_path
from cai_assets.site.model import Context, Page, Section, Words
from cai_assets.site.names import full_name, kind_name, plural, type_heading
from cai_assets.site.paths import anchor, file_link, fragment, relative, root_of
from cai_assets.site.registry import Registry
from cai_assets.site.terms import event_name, right_name, type_text
from cai_assets.site.terms.findings import (
    rule_kind_name,
    rule_scope_name,
    severity_name,
    status_name,
)

HTML, MARKDOWN, JSON = ".html", ".md", ".json"

_BREAKS = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])|(?<=[._/])(?=\w)")
_LONG = 20
_BLANKS = re.compile(r"\s+")
_MARKDOWN_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: the id of a page and its name."""

    id: str
    name: Words


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of a page by path, its title, and each id that links asked for."""

    path: str
    title: str
    files: Mapping[str, str]
    mentions: frozenset[str]


class Renderer:
    """Renders pages of one site."""

    def __init__(
        self,
        context: Context,
        registry: Registry,
        navigation: Sequence[Place] = (),
        with_markdown: frozenset[str] = frozenset(),
    ) -> None:
        """`with_markdown` are the paths of pages that have a Markdown file, too."""
        self._context = context
        self._registry = registry
        self._navigation = [place for place in navigation if registry.is_page(place.id)]
        self._with_markdown = with_markdown

    def render(self, section: Section, page: Page, view: Any) -> Rendered:
        """All files of a page."""
        path = self._registry.pages[page.id]
        title = section.title(view, self._context)
        writer = Writer(path, self._registry, self._with_markdown)
        shared = {
            "view": view,
            "title": title,
            "page": page,
            "section": section.name,
            "site": self._context,
            "say": self._context.say,
            "lang": self._context.language,
            "navigation": self._navigation,
            "root": root_of(path),
            "path": path,
            "files": self._files(section, path),
        }
        stem = path.removesuffix(HTML)
        drawn = section.pictures(view, self._context, writer.href)
        pictures = {name: Markup(svg) for name, svg in drawn.items()}
        files = {
            path: _template(False, section.template).render(
                shared,
                ref=writer.ref,
                href=writer.href,
                linked=writer.linked,
                pictures=pictures,
            )
        }
        if section.markdown:
            files[stem + MARKDOWN] = _template(True, section.markdown).render(
                shared,
                ref=writer.markdown_ref,
                href=writer.markdown_href,
                linked=writer.markdown_linked,
            )
        if section.json:
            found = {"id": page.id, "title": title, **plain(view)}
            files[stem + JSON] = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        for ending, text in section.files(view, self._context).items():
            files[stem + ending] = text
        return Rendered(path, title, files, writer.asked)

    @staticmethod
    def _files(section: Section, path: str) -> list[tuple[str, str]]:
        """Names of the formats beside the page, and their file names."""
        name = path.rpartition("/")[2].removesuffix(HTML)
        found = [("Markdown", name + MARKDOWN)] if section.markdown else []
        return [*found, ("JSON", name + JSON)] if section.json else found


class Writer:
    """Writes the links of one page."""

    def __init__(self, path: str, registry: Registry, with_markdown: frozenset[str]) -> None:
        self._path = path
        self._registry = registry
        self._with_markdown = with_markdown
        self._hrefs: dict[str, str] = {}
        self._escaped: dict[str, str] = {}

    @property
    def asked(self) -> frozenset[str]:
        """The ids for which a link was asked."""
        return frozenset(self._hrefs)

    def href(self, id_: str) -> str:
        """The address of what an id names, from this page; empty if the site does not have it."""
        found = self._hrefs.get(id_)
        if found is None:
            address = self._registry.address(id_)
            found = self._hrefs[id_] = relative(address, self._path) if address else ""
            self._escaped[id_] = str(escape(found))
        return found

    def ref(self, id_: str, label: str | None = None, css: str = "") -> Markup:
        """A link to what an id names, or the label alone if the site does not have it.

        A label that is markup stays as it is: it gets no places where it may be broken.
        """
        text = label if isinstance(label, Markup) else breakable(id_ if label is None else label)
        kind = f' class="{escape(css)}"' if css else ""
        if not self.href(id_):
            return Markup(f"<span{kind}>{text}</span>")
        return Markup(f'<a href="{self._escaped[id_]}"{kind}>{text}</a>')

    def linked(self, pieces: Iterable[tuple[str, str]]) -> Markup:
        """A text with links in it, from pairs of text and the id that it names or nothing."""
        return Markup("").join([self.ref(id_, text) if id_ else text for text, id_ in pieces])

    def markdown_linked(self, pieces: Iterable[tuple[str, str]]) -> Markup:
        """A text with links in Markdown."""
        return Markup(
            "".join(
                [self.markdown_ref(id_, text) if id_ else _unmarked(text) for text, id_ in pieces]
            )
        )

    def markdown_href(self, id_: str) -> str:
        """The address of the Markdown file about an id, else of its page."""
        self.href(id_)
        address = self._registry.address(id_)
        path = address.partition("#")[0]
        if path in self._with_markdown:
            address = path.removesuffix(HTML) + MARKDOWN
        return relative(address, self._path) if address else ""

    def markdown_ref(self, id_: str, label: str | None = None, css: str = "") -> Markup:
        """A Markdown link."""
        text = markdown_text(id_ if label is None else label)
        address = self.markdown_href(id_)
        return Markup(f"[{text}](<{address}>)") if address else Markup(text)


@lru_cache(maxsize=1 << 15)
def breakable(text: str) -> Markup:
    """A name that may be broken between its words: long ones do not push a table apart."""
    if len(text) < _LONG:
        return escape(text)
    return Markup("<wbr>").join(_BREAKS.split(text))


def markdown_text(text: object) -> str:
    """A value in Markdown: nothing in it is markup, and it stays on its line."""
    if isinstance(text, Markup):
        return str(text)
    return _unmarked(str(text)).strip()


def _markdown_piece(text: object) -> Markup:
    """A value within a line of Markdown, where a blank at its end divides it from what follows.

    What is given back is markup, so that templates may pass it through macros.
    """
    return text if isinstance(text, Markup) else Markup(_unmarked(str(text)))


@lru_cache(maxsize=1 << 15)
def _unmarked(text: str) -> str:
    """A piece of a line of Markdown; blanks at its ends are kept as one each."""
    return _MARKDOWN_MARKS.sub(r"\\\1", _BLANKS.sub(" ", text))


def code(text: str) -> Markup:
    """A name as code in a line or table of Markdown; nothing in it is markup."""
    plain_text = _BLANKS.sub(" ", text).replace("`", "'").replace("|", "\\|")
    return Markup(f"`{plain_text}`")


def fenced(text: str, language: str = "") -> Markup:
    """A text as a block of Markdown code; the fence is longer than any in it."""
    runs = re.findall("`{3,}", text)
    fence = "`" * (max(map(len, runs), default=2) + 1)
    return Markup(f"{fence}{language}\n{text}\n{fence}")


def plain(value: Any) -> Any:
    """Dataclasses as what JSON takes; empty fields and those `NOT_IN_JSON` are left out."""
    if isinstance(value, (str, int, float)) or value is None:
        return value
    if isinstance(value, Words):
        return {"ru": value.ru, "en": value.en}
    if is_dataclass(value) and not isinstance(value, type):
        found = ((name, plain(getattr(value, name))) for name in _told(type(value)))
        return {name: item for name, item in found if item not in ("", None, [], {})}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value


@cache
def _told(view: type[Any]) -> tuple[str, ...]:
    """The fields of a dataclass that JSON tells."""
    return tuple(one.name for one in fields(view) if one.metadata.get("json", True))


@cache
def _environment(markdown: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("cai_assets.site"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        finalize=_markdown_piece if markdown else None,
        extensions=["jinja2.ext.do"],
    )
    environment.filters |= {
        "num": number,
        "short": shortened,
        "subsystem": subsystem_path,
        "anchor": anchor,
        "file_link": file_link,
        "fragment": fragment,
        "wbr": breakable,
        "code": code,
        "fenced": fenced,
        "full": full_name,
        "kind": kind_name,
        "heading": type_heading,
        "right": right_name,
        "type_text": type_text,
        "event": event_name,
        "severity": severity_name,
        "rule_kind": rule_kind_name,
        "rule_scope": rule_scope_name,
        "finding_status": status_name,
    }
    environment.globals |= {"percent": percent, "decimal": decimal, "plural": plural}
    return environment


@cache
def _template(markdown: bool, name: str) -> Any:
    return _environment(markdown).get_template(name)
