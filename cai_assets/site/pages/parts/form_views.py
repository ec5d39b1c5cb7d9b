"""What the page of an object shows of its forms, commands and templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cai_assets.site.model import Words
from cai_assets.site.pages.parts.model import Heading
from cai_assets.site.pages.parts.typed import Link


@dataclass(frozen=True, slots=True)
class Handler:
    """An event and the procedure of the form that handles it; `call` is how an extension's is."""

    event: str
    procedure: str
    call: str
    project: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An element of a form; `shows` is its data path or its command, `target` its id if it has."""

    name: str
    kind: str
    depth: int
    title: str
    shows: str
    target: str
    handlers: tuple[Handler, ...]
    project: str


@dataclass(frozen=True, slots=True)
class AttributeLine:
    """An attribute of a form or a column of one."""

    name: str
    depth: int
    types: tuple[Link, ...]
    main: bool
    table: str
    title: str
    project: str


@dataclass(frozen=True, slots=True)
class FormCommand:
    """A command of a form and the procedure of the form that it runs."""

    name: str
    title: str
    action: str
    project: str


@dataclass(frozen=True, slots=True)
class FormView:
    """A form; `id` is that of the object for a common form. `uses` says what it is by default."""

    id: str
    name: str
    ordinary: bool
    title: str
    about: str
    uses: tuple[str, ...]
    project: str
    handlers: tuple[Handler, ...]
    attributes: tuple[AttributeLine, ...]
    commands: tuple[FormCommand, ...]
    items: tuple[ItemLine, ...]

    @property
    def handled(self) -> int:
        """How many events are handled, elements included."""
        return len(self.handlers) + sum(len(item.handlers) for item in self.items)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command of the object; `parameters` are the types of its parameter."""

    id: str
    name: str
    synonym: str
    about: str
    parameters: tuple[Link, ...]
    group: tuple[Link, ...]
    features: tuple[Link, ...]
    project: str


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template of the object."""

    id: str
    name: str
    synonym: str
    about: str
    type: str
    project: str


@dataclass(frozen=True, slots=True)
class FormsView:
    """All forms, commands and templates."""

    object: str
    forms: tuple[FormView, ...]
    commands: tuple[CommandLine, ...]
    templates: tuple[TemplateLine, ...]

    def headings(self) -> Sequence[Heading]:
        """One for each of the three."""
        found = []
        if self.forms:
            found.append(("part-forms", Words("Формы", "Forms")))
        if self.commands:
            found.append(("part-commands", Words("Команды", "Commands")))
        if self.templates:
            found.append(("part-templates", Words("Макеты", "Templates")))
        return found
