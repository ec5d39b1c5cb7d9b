"""Managed forms of EDT projects (`Form.form`): elements, attributes, commands, handlers.

EDT writes an element's kind as `xsi:type` and `type`, its first values not at all, and events
both beside the element's properties and inside its `extInfo`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import FileFacts, FormAttribute, FormItem, FormParameter, QueryText
from cai_assets.onec.metadata import xml
from cai_assets.onec.metadata.forms import (
    COMMAND_DEFAULTS,
    SERVICE_ORDER,
    FormRows,
    form_properties,
    number,
    read_ordinary,
)
from cai_assets.onec.metadata.places import TextPlaces
from cai_assets.onec.metadata.values import edt_type
from cai_assets.onec.metadata.xml import XSI_TYPE, Element, unprefixed, xsi_type
from cai_assets.onec.query.facts import add_query
from cai_assets.onec.sources import SourceFile

_SERVICES: Final = {name[0].lower() + name[1:]: name for name in SERVICE_ORDER}

# The first value of an enumeration is left out; which that is for fields is not known.
_KINDS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "FormField": ("", {"SpreadsheetDocumentField": "SpreadSheetDocumentField"}),
    "FormGroup": ("ButtonGroup", {}),
    "Decoration": ("PictureDecoration", {"Label": "LabelDecoration"}),
    "Addition": ("SearchStringAddition", {}),
}
_KINDS_WITHOUT_TYPE: Final = frozenset({"Table", "Button"})

_RENAMED: Final = {
    "allowFormCustomize": "Customizable",
    "autoUrl": "AutoURL",
    "currentVariantPresentationField": "VariantAppearance",
    "detailsInformation": "DetailsData",
    "settingsForm": "ReportFormType",
    "showState": "AutoShowState",
    "userSettingsGroup": "CustomSettingsFolder",
}
_TRUE_UNLESS_WRITTEN: Final = (
    *("AutoFillCheck", "AutoTitle", "AutoURL", "Customizable"),
    *("Enabled", "ShowCloseButton", "ShowTitle"),
)
"""Properties that EDT leaves out when they are false, although they default to true."""

_GROUPS: Final = {
    "CatalogFormExtInfo": ["Folders"],
    "ChartOfCharacteristicTypesFormExtInfo": ["Folders"],
    "DocumentFormExtInfo": ["Document"],
    "ReportFormExtInfo": ["Report"],
}


def read_edt_form(source: SourceFile, data: bytes) -> FileFacts:
    """Read a managed form; of an ordinary one (`Form.oform`) only that it is there."""
    if source.path.endswith(".oform"):
        return read_ordinary(source, data)
    root = xml.parse(data)
    if xml.LOCAL[root.tag] != "Form":
        raise UnreadableFile(f"root element {xml.LOCAL[root.tag]} is not a form", xml.line(root))
    return _EdtForm(source, data).read(root)


class _EdtForm:
    """Walks one form; rows appear in tree order."""

    __slots__ = ("places", "rows")

    def __init__(self, source: SourceFile, data: bytes) -> None:
        self.rows = FormRows(source)
        self.places = TextPlaces(data)

    def read(self, root: Element) -> FileFacts:
        stated: dict[str, str] = {}
        title: dict[str, str] = {}
        groups: list[str] = []
        services: list[Element] = []
        items = attributes = commands = parameters = 0
        for part in root:
            tag = str(part.tag)
            if tag == "items":
                items += self._item(part, "", items)
            elif tag == "attributes":
                self._attribute(part, "", attributes)
                attributes += 1
            elif tag == "formCommands":
                self._command(part, commands)
                commands += 1
            elif tag == "handlers":
                self._handler(part, "")
            elif tag == "parameters":
                self._parameter(part, parameters)
                parameters += 1
            elif tag == "title":
                xml.add_edt_text(title, part)
            elif tag in _SERVICES:
                services.append(part)
            elif tag == "extInfo":
                groups = _GROUPS.get(xsi_type(part), [])
                self._extended(part, stated)
            else:
                _state(stated, tag, part)
        for service in services:
            self._service(service, "", items)
        for name in _TRUE_UNLESS_WRITTEN:
            stated.setdefault(name, "false")
        stated.setdefault("Group", "Horizontal")
        if "VerticalScroll" in stated:
            scroll = stated["VerticalScroll"]
            stated["VerticalScroll"] = scroll[:1].lower() + scroll[1:]
        self.rows.form_row(xml.line(root), title, form_properties(stated, groups))
        return self.rows.facts

    def _extended(self, element: Element, stated: dict[str, str]) -> None:
        for part in element:
            if part.tag == "handlers":
                self._handler(part, "")
            else:
                _state(stated, str(part.tag), part)

    def _item(self, element: Element, parent: str, order: int, service: str = "") -> bool:
        """Add an element with all below it; say whether it became a row."""
        name = path = command = type_ = ""
        item_id = 0
        title: dict[str, str] = {}
        nested: list[Element] = []
        services: list[Element] = []
        handlers: list[Element] = []
        for part in element:
            tag = _ITEM_PARTS.get(part.tag)
            if tag is None:
                continue
            if tag == "name":
                name = xml.text(part)
            elif tag == "id":
                item_id = number(xml.text(part))
            elif tag == "title":
                xml.add_edt_text(title, part)
            elif tag == "dataPath":
                path = _path(part)
            elif tag == "service":
                if _may_carry(part):
                    services.append(part)
            elif tag == "items":
                nested.append(part)
            elif tag == "type":
                type_ = xml.text(part)
            elif tag == "extInfo":
                handlers += part.findall("handlers")
            elif tag == "handlers":
                handlers.append(part)
            else:
                command = xml.text(part)
        line = element.sourceline or 0
        form_items = self.rows.facts.form_items
        position = len(form_items)
        kind = service or self._kind(element, type_)
        if not (name or service):
            self.rows.problem(line, f"an element of kind {kind} has no name")
        row = FormItem(
            self.rows.form, name, item_id, kind, parent, order, line, path, command, title
        )
        self.rows.item(row)
        for handler in handlers:
            self._handler(handler, name)
        below = 0
        for part in nested:
            below += self._item(part, name, below)
        for part in sorted(services, key=_service_order):
            below += self._service(part, name, below)
        if service and not (title or handlers or below):
            del form_items[position:]
            return False
        return True

    def _service(self, element: Element, parent: str, order: int) -> bool:
        return self._item(element, parent, order, _SERVICES[str(element.tag)])

    def _kind(self, element: Element, type_: str) -> str:
        class_ = unprefixed(element.get(XSI_TYPE) or "")
        if class_ in _KINDS_WITHOUT_TYPE:
            return class_
        known = _KINDS.get(class_)
        if known is None:
            self.rows.problem(
                element.sourceline or 0, f"an element of unknown type {class_ or 'none'}"
            )
            return class_
        default, renamed = known
        kind = renamed.get(type_, type_) or default
        if not kind:
            self.rows.problem(element.sourceline or 0, f"an element {class_} without its type")
        return kind or class_

    def _handler(self, element: Element, item: str) -> None:
        event = procedure = call_type = ""
        for part in element:
            tag = part.tag
            if tag == "event":
                event = xml.text(part)
            elif tag == "name":
                procedure = xml.text(part)
            elif tag == "callType":
                call_type = xml.text(part)
        self.rows.handler(item, event, procedure, element.sourceline or 0, call_type)

    def _attribute(self, element: Element, parent: str, order: int) -> None:
        name = number_ = ""
        title: dict[str, str] = {}
        type_: Element | None = None
        main = False
        extended: Element | None = None
        options: list[str] = []
        columns: list[Element] = []
        additional: list[Element] = []
        for part in element:
            tag = part.tag
            if tag == "name":
                name = xml.text(part)
            elif tag == "id":
                number_ = xml.text(part)
            elif tag == "title":
                xml.add_edt_text(title, part)
            elif tag == "valueType":
                type_ = part
            elif tag == "main":
                main = xml.text(part) == "true"
            elif tag == "extInfo":
                extended = part
            elif tag == "functionalOptions":
                options.append(xml.text(part))
            elif tag == "columns":
                columns.append(part)
            elif tag == "additionalColumns":
                additional.append(part)
        attribute = FormAttribute(
            form=self.rows.form,
            name=name,
            attribute_id=number(number_),
            parent=parent,
            order=order,
            line=element.sourceline or 0,
            main=main,
            value_type=edt_type(type_),
            title=title,
        )
        if extended is not None and xsi_type(extended) == "DynamicListExtInfo":
            self._dynamic_list(extended, attribute)
        self.rows.attribute(attribute, options)
        if extended is not None:
            self._inner_types(extended, attribute)
        for position, column in enumerate(columns):
            self._attribute(column, name, position)
        for table in additional:
            path = table.find("tablePath")
            table_path = _path(path) if path is not None else name
            for position, column in enumerate(table.iterfind("columns")):
                self._attribute(column, table_path, position)

    def _inner_types(self, element: Element, attribute: FormAttribute) -> None:
        for part in element:
            if part.tag == "itemValueType":
                self.rows.inner_types(attribute, edt_type(part), part.sourceline or 0)
            elif part.tag == "parameters":
                value_type = part.find("valueType")
                if value_type is not None:
                    line = value_type.sourceline or 0
                    name = part.findtext("name") or ""
                    self.rows.inner_types(attribute, edt_type(value_type), line, name)

    def _dynamic_list(self, element: Element, attribute: FormAttribute) -> None:
        attribute.dynamic = True
        for part in element:
            tag = part.tag
            if tag == "mainTable":
                attribute.main_table = xml.text(part)
            elif tag == "customQuery":
                attribute.custom_query = xml.text(part) == "true"
            elif tag == "queryText" and xml.text(part):
                text = (part.text or "").replace("\r\n", "\n")
                row = QueryText(
                    self.rows.form, "dynamic_list", attribute.name, *self.places.of(part), text
                )
                add_query(self.rows.facts, row, self.places.within(part, text))

    def _command(self, element: Element, order: int) -> None:
        name = number_ = ""
        title: dict[str, str] = {}
        actions: list[tuple[str, str]] = []
        options: list[str] = []
        properties = dict(COMMAND_DEFAULTS)
        properties["CurrentRowUse"] = "Use"
        for part in element:
            tag = part.tag
            if tag == "name":
                name = xml.text(part)
            elif tag == "id":
                number_ = xml.text(part)
            elif tag == "title":
                xml.add_edt_text(title, part)
            elif tag == "action":
                actions += _actions(part)
            elif tag == "functionalOptions":
                options.append(xml.text(part))
            elif tag in _COMMAND_PROPERTIES:
                key, value_of = _COMMAND_PROPERTIES[tag]
                if value := value_of(part):
                    properties[key] = value
        self.rows.command(
            name,
            number(number_),
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
                xml.text(element.find("name")),
                order,
                element.sourceline or 0,
                xml.text(element.find("keyParameter")) == "true",
                edt_type(element.find("valueType")),
            )
        )


def _state(stated: dict[str, str], tag: str, element: Element) -> None:
    if not len(element) and (value := xml.text(element)):
        stated[_RENAMED.get(tag) or tag[:1].upper() + tag[1:]] = value


def _path(element: Element) -> str:
    """Read a data path; of one in several languages the first, which is Designer's."""
    for part in element:
        if part.tag == "paths":
            return _path(part)
    return ".".join(xml.text(part) for part in element if part.tag == "segments")


def _may_carry(element: Element) -> bool:
    """Reject at a glance a service element that carries nothing, as nearly all do."""
    for part in element:
        tag = part.tag
        if tag in ("title", "items", "handlers"):
            return True
        if tag == "extInfo":
            if part.find("handlers") is not None:
                return True
        elif tag in _SERVICES and _may_carry(part):
            return True
    return False


def _service_order(element: Element) -> int:
    return SERVICE_ORDER[_SERVICES[str(element.tag)]]


def _actions(element: Element) -> list[tuple[str, str]]:
    """Read the procedures of a command: one `handler`, or several in an extension."""
    actions = []
    for handler in element:
        name = handler.find("name")
        call_type = handler.find("callType")
        if name is not None and xml.text(name):
            actions.append((xml.text(name), xml.text(call_type)))
    return actions


def _inner_text(element: Element) -> str:
    """Return the text of a wrapped value: `<picture><picture>StdPicture.Find</picture>…`."""
    return xml.text(element[0]) if len(element) else xml.text(element)


_ITEM_PARTS: Final[dict[object, str]] = {
    **dict.fromkeys(_SERVICES, "service"),
    **{
        name: name
        for name in (
            *("name", "id", "title", "dataPath", "items", "type"),
            *("extInfo", "handlers", "commandName"),
        )
    },
}
_COMMAND_PROPERTIES: Final[dict[object, tuple[str, Callable[[Element], str]]]] = {
    "associatedTableElementId": ("AssociatedTableElementId", _inner_text),
    "currentRowUse": ("CurrentRowUse", xml.text),
    "modifiesStoredData": ("ModifiesSavedData", xml.text),
    "picture": ("Picture", _inner_text),
    "representation": ("Representation", xml.text),
    "shortcut": ("Shortcut", xml.text),
}
