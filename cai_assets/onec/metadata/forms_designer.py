"""Managed forms of Designer dumps (`Ext/Form.xml`): elements, attributes, commands, handlers.

An element's tag is its kind. `BaseForm` in an extension's form is the base's own form again
and is not read.
"""

from __future__ import annotations

from typing import Final

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, FormAttribute, FormItem, FormParameter, QueryText
from cai_assets.onec.metadata import xml
from cai_assets.onec.metadata.forms import (
    COMMAND_DEFAULTS,
    PROPERTIES,
    SERVICE_ORDER,
    FormRows,
    form_properties,
    number,
    read_ordinary,
)
from cai_assets.onec.metadata.places import TextPlaces
from cai_assets.onec.metadata.values import designer_type
from cai_assets.onec.metadata.xml import LOCAL, Element, xsi_type
from cai_assets.onec.query.facts import add_query
from cai_assets.onec.sources import SourceFile

_GROUPS: Final = {
    "UseForFoldersAndItems": "Folders",
    "UsePostingMode": "Document",
    "ReportFormType": "Report",
}
"""Properties that are always written tell what the form shows."""

_COMMAND_PROPERTIES: Final = frozenset(
    {
        *("AssociatedTableElementId", "CurrentRowUse", "ModifiesSavedData"),
        *("Picture", "Representation", "Shortcut"),
    }
)


def read_designer_form(source: SourceFile, data: bytes) -> FileFacts:
    """Read a managed form; of an ordinary one (`Form.bin`, `form`) only that it is there."""
    if not source.path.endswith(".xml"):
        return read_ordinary(source, data)
    root = xml.parse(data)
    if LOCAL[root.tag] != "Form":
        raise UnreadableFile(f"root element {LOCAL[root.tag]} is not a form", xml.line(root))
    return _DesignerForm(source, data).read(root)


class _DesignerForm:
    """Walks one form; rows appear in the order of the EDT reader."""

    __slots__ = ("places", "rows")

    def __init__(self, source: SourceFile, data: bytes) -> None:
        self.rows = FormRows(source)
        self.places = TextPlaces(data)

    def read(self, root: Element) -> FileFacts:
        stated: dict[str, str] = {}
        title: dict[str, str] = {}
        nested: Element | None = None
        services: list[Element] = []
        for part in root:
            name = LOCAL[part.tag]
            if name == "ChildItems":
                nested = part
            elif name == "Attributes":
                for order, attribute in enumerate(xml.children(part, "Attribute")):
                    self._attribute(attribute, "", order)
            elif name == "Commands":
                for order, command in enumerate(xml.children(part, "Command")):
                    self._command(command, order)
            elif name == "Parameters":
                for order, parameter in enumerate(xml.children(part, "Parameter")):
                    self._parameter(parameter, order)
            elif name == "Events":
                self._handlers(part, "")
            elif name == "Title":
                title = xml.designer_texts(part)
            elif name in SERVICE_ORDER:
                services.append(part)
            elif name in PROPERTIES and (value := xml.text(part)):
                stated[name] = value
        self._below(nested, services, "")
        groups = [group for name, group in _GROUPS.items() if name in stated]
        self.rows.form_row(xml.line(root), title, form_properties(stated, groups))
        return self.rows.facts

    def _below(self, nested: Element | None, services: list[Element], parent: str) -> int:
        """Add the elements below one; return how many became rows."""
        below = 0
        for element in nested if nested is not None else ():
            below += self._item(element, parent, below)
        for element in sorted(services, key=_service_order):
            below += self._item(element, parent, below, service=True)
        return below

    def _item(self, element: Element, parent: str, order: int, service: bool = False) -> bool:
        """Add an element with all below it; say whether it became a row."""
        path = command = ""
        title: dict[str, str] = {}
        nested: Element | None = None
        events: Element | None = None
        services: list[Element] = []
        for part in element:
            name = LOCAL[part.tag]
            if name in SERVICE_ORDER:
                if len(part):
                    services.append(part)
            elif name == "ChildItems":
                nested = part
            elif name == "DataPath":
                path = xml.text(part)
            elif name == "CommandName":
                command = xml.text(part)
            elif name == "Title":
                title = xml.designer_texts(part)
            elif name == "Events":
                events = part
        kind = LOCAL[element.tag]
        name = element.get("name") or ""
        line = element.sourceline or 0
        facts = self.rows.facts
        position = len(facts.form_items)
        if not (name or service):
            self.rows.problem(line, f"an element of kind {kind} has no name")
        item_id = number(element.get("id") or "")
        self.rows.item(
            FormItem(self.rows.form, name, item_id, kind, parent, order, line, path, command, title)
        )
        handled = len(facts.form_handlers)
        if events is not None:
            self._handlers(events, name)
        carries = bool(title) or len(facts.form_handlers) > handled
        if not self._below(nested, services, name) and service and not carries:
            del facts.form_items[position:]
            return False
        return True

    def _handlers(self, element: Element, item: str) -> None:
        for event in element:
            self.rows.handler(
                item,
                event.get("name") or "",
                xml.text(event),
                event.sourceline or 0,
                event.get("callType") or "",
            )

    def _attribute(self, element: Element, parent: str, order: int) -> None:
        title: dict[str, str] = {}
        type_: Element | None = None
        main = False
        settings: Element | None = None
        columns: Element | None = None
        options: list[str] = []
        for part in element:
            tag = LOCAL[part.tag]
            if tag == "Title":
                title = xml.designer_texts(part)
            elif tag == "Type":
                type_ = part
            elif tag == "MainAttribute":
                main = xml.text(part) == "true"
            elif tag == "Settings":
                settings = part
            elif tag == "Columns":
                columns = part
            elif tag == "FunctionalOptions":
                options = _items(part)
        name = element.get("name") or ""
        attribute = FormAttribute(
            form=self.rows.form,
            name=name,
            attribute_id=number(element.get("id") or ""),
            parent=parent,
            order=order,
            line=element.sourceline or 0,
            main=main,
            value_type=designer_type(type_),
            title=title,
        )
        if settings is not None and xsi_type(settings) == "DynamicList":
            self._dynamic_list(settings, attribute)
        self.rows.attribute(attribute, options)
        if settings is not None:
            self._inner_types(settings, attribute)
        if columns is not None:
            self._columns(columns, name)

    def _columns(self, element: Element, table: str) -> None:
        own = 0
        for part in element:
            tag = LOCAL[part.tag]
            if tag == "Column":
                self._attribute(part, table, own)
                own += 1
            elif tag == "AdditionalColumns":
                for order, column in enumerate(xml.children(part, "Column")):
                    self._attribute(column, part.get("table") or table, order)

    def _inner_types(self, element: Element, attribute: FormAttribute) -> None:
        if xsi_type(element) == "TypeDescription":
            self.rows.inner_types(attribute, designer_type(element), element.sourceline or 0)
        for part in xml.children(element, "Parameter"):
            name, value_type = "", None
            for stated in part:
                if LOCAL[stated.tag] == "name":
                    name = xml.text(stated)
                elif LOCAL[stated.tag] == "valueType":
                    value_type = stated
            if value_type is not None:
                line = value_type.sourceline or 0
                self.rows.inner_types(attribute, designer_type(value_type), line, name)

    def _dynamic_list(self, element: Element, attribute: FormAttribute) -> None:
        attribute.dynamic = True
        for part in element:
            tag = LOCAL[part.tag]
            if tag == "MainTable":
                attribute.main_table = xml.text(part)
            elif tag == "ManualQuery":
                attribute.custom_query = xml.text(part) == "true"
            elif tag == "QueryText" and xml.text(part):
                text = (part.text or "").replace("\r\n", "\n")
                row = QueryText(
                    self.rows.form, "dynamic_list", attribute.name, *self.places.of(part), text
                )
                add_query(self.rows.facts, row, self.places.within(part, text))

    def _command(self, element: Element, order: int) -> None:
        title: dict[str, str] = {}
        actions: list[tuple[str, str]] = []
        options: list[str] = []
        properties = dict(COMMAND_DEFAULTS)
        for part in element:
            tag = LOCAL[part.tag]
            if tag == "Title":
                title = xml.designer_texts(part)
            elif tag == "Action":
                if action := xml.text(part):
                    actions.append((action, part.get("callType") or ""))
            elif tag == "FunctionalOptions":
                options = _items(part)
            elif tag in _COMMAND_PROPERTIES:
                value = xml.child_text(part, "Ref") if tag == "Picture" else xml.text(part)
                if value:
                    properties[tag] = value
        self.rows.command(
            element.get("name") or "",
            number(element.get("id") or ""),
            order,
            element.sourceline or 0,
            actions,
            title,
            dict(sorted(properties.items())),
            options,
        )

    def _parameter(self, element: Element, order: int) -> None:
        self.rows.parameter(
            FormParameter(
                self.rows.form,
                element.get("name") or "",
                order,
                element.sourceline or 0,
                xml.child_text(element, "KeyParameter") == "true",
                designer_type(xml.child(element, "Type")),
            )
        )


def _items(element: Element) -> list[str]:
    return [xml.text(item) for item in element if xml.text(item)]


def _service_order(element: Element) -> int:
    return SERVICE_ORDER[LOCAL[element.tag]]
