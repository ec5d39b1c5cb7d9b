"""What both layouts say about a form, in one shape: ids, orders and references are made here.

A form's element that the platform adds by itself (tooltip, context menu, command bar, search
additions of a table) is a row only if it carries something: a title, a handler or an element.
"""

from __future__ import annotations

from typing import Final

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.facts import (
    FileFacts,
    Form,
    FormAttribute,
    FormCommand,
    FormHandler,
    FormItem,
    FormParameter,
    Problem,
    Properties,
    Reference,
    Texts,
    ValueType,
)
from cai_assets.onec.metadata.kinds import BY_NAME
from cai_assets.onec.metadata.values import reference_target
from cai_assets.onec.sources import SourceFile

MANAGED: Final = "Managed"
ORDINARY: Final = "Ordinary"

SERVICE_ORDER: Final = {
    "AutoCommandBar": 0,
    "SearchStringAddition": 1,
    "ViewStatusAddition": 2,
    "SearchControlAddition": 3,
    "ContextMenu": 4,
    "ExtendedTooltip": 5,
}
"""Service elements stand after the others of their parent, in this order, in both layouts."""

PROPERTY_DEFAULTS: Final[dict[str, Properties]] = {
    "": {
        "AutoFillCheck": "true",
        "AutoTitle": "true",
        "AutoURL": "true",
        "CommandBarLocation": "Auto",
        "Customizable": "true",
        "Enabled": "true",
        "Group": "Vertical",
        "ShowCloseButton": "true",
        "ShowTitle": "true",
    },
    "Folders": {"UseForFoldersAndItems": "Items"},
    "Document": {"AutoTime": "CurrentOrLast", "RepostOnWrite": "false", "UsePostingMode": "Auto"},
    "Report": {
        "AutoShowState": "Auto",
        "ReportFormType": "Main",
        "ReportResultViewMode": "Auto",
        "ViewModeApplicationOnSetReportResult": "Auto",
    },
}
"""Properties by what the form shows; each layout leaves out other defaults."""

PROPERTIES: Final = frozenset(
    {
        *(name for defaults in PROPERTY_DEFAULTS.values() for name in defaults),
        "AutoSaveDataInSettings",
        "ChildItemsWidth",
        "CollapseItemsByImportanceVariant",
        "ConversationsRepresentation",
        "CustomSettingsFolder",
        "DetailsData",
        "EnterKeyBehavior",
        "Height",
        "HorizontalAlign",
        "HorizontalSpacing",
        "ReportResult",
        "SaveDataInSettings",
        "ScalingMode",
        "VariantAppearance",
        "VerticalAlign",
        "VerticalScroll",
        "VerticalSpacing",
        "Width",
        "WindowOpeningMode",
    }
)
"""The properties of a form that become rows, as Designer names them."""

COMMAND_DEFAULTS: Final[Properties] = {
    "CurrentRowUse": "Auto",
    "ModifiesSavedData": "false",
    "Representation": "Auto",
}


class FormRows:
    """Collects the rows of one managed form."""

    __slots__ = ("facts", "form", "owner")

    def __init__(self, source: SourceFile) -> None:
        self.form = source.owner
        self.owner = owner_of(source.owner)
        self.facts = FileFacts()

    def form_row(self, line: int, title: Texts, properties: Properties) -> None:
        """Add the form itself."""
        self.facts.forms.append(
            Form(
                id=self.form,
                object=self.owner,
                name=self.form.rpartition(".")[2],
                kind=MANAGED,
                line=line,
                title=title,
                properties=properties,
            )
        )

    def item(self, item: FormItem) -> None:
        """Add an element and, where its command belongs to another object, the reference."""
        self.facts.form_items.append(item)
        if item.command and not item.command.startswith("Form."):
            self._command_reference(item)

    def handler(self, item: str, event: str, procedure: str, line: int, call_type: str) -> None:
        """Add an event of the form or of an element; one without a procedure has no handler."""
        if not procedure:
            return
        self.facts.form_handlers.append(
            FormHandler(self.form, item, event, procedure, line, call_type)
        )
        source = f"{self.form}.Item.{item}" if item else self.form
        self._handler_reference(source, procedure, line, event)

    def command(
        self,
        name: str,
        number: int,
        order: int,
        line: int,
        actions: list[tuple[str, str]],
        title: Texts,
        properties: Properties,
        options: list[str],
    ) -> None:
        """Add a command; `actions` are (procedure, call type), several only in extensions."""
        call_types = ", ".join(call_type for _, call_type in actions if call_type)
        if call_types:
            properties["CallType"] = call_types
        action = ", ".join(procedure for procedure, _ in actions)
        self.facts.form_commands.append(
            FormCommand(self.form, name, number, order, line, action, title, properties)
        )
        source = f"{self.form}.Command.{name}"
        for procedure, _ in actions:
            self._handler_reference(source, procedure, line, "Action")
        self._option_references(source, options, line)

    def attribute(self, attribute: FormAttribute, options: list[str]) -> None:
        """Add an attribute or a column with the references of its types."""
        self.facts.form_attributes.append(attribute)
        if attribute.parent:
            source = f"{self.form}.Attribute.{attribute.parent}.{attribute.name}"
        else:
            source = f"{self.form}.Attribute.{attribute.name}"
        if attribute.value_type is not None:
            self._type_references(source, attribute.value_type, attribute.line)
        self._option_references(source, options, attribute.line)
        if attribute.main_table:
            self._main_table_reference(attribute)

    def inner_types(
        self, attribute: FormAttribute, value_type: ValueType, line: int, parameter: str = ""
    ) -> None:
        """Add the types of a value list's items, or of a dynamic list's parameter."""
        source = f"{self.form}.Attribute.{attribute.name}"
        if parameter:
            source = f"{source}.Parameter.{parameter}"
        self._type_references(source, value_type, line)

    def parameter(self, parameter: FormParameter) -> None:
        """Add a parameter with the references of its types."""
        self.facts.form_parameters.append(parameter)
        source = f"{self.form}.Parameter.{parameter.name}"
        self._type_references(source, parameter.value_type, parameter.line)

    def problem(self, line: int, message: str) -> None:
        """Say what of the form was not understood."""
        self.facts.problems.append(Problem(line, 1, message))

    def _type_references(self, source: str, value_type: ValueType, line: int) -> None:
        for name in value_type.names:
            target = reference_target(name)
            if target is not None:
                self.facts.references.append(Reference(source, target, "type", line, name))

    def _option_references(self, source: str, options: list[str], line: int) -> None:
        for option in options:
            self.facts.references.append(Reference(source, option, "functional_option", line))

    def _handler_reference(self, source: str, procedure: str, line: int, event: str) -> None:
        target = f"{self.form}.{procedure}"
        self.facts.references.append(Reference(source, target, "handler", line, event))

    def _main_table_reference(self, attribute: FormAttribute) -> None:
        """Point to the object; the note keeps what of it is listed (`SliceLast`)."""
        target, note = _object_and_rest(attribute.main_table)
        self.facts.references.append(
            Reference(self.form, target, "main_table", attribute.line, note)
        )

    def _command_reference(self, item: FormItem) -> None:
        """Point to an object's command, or for a standard command to the object itself."""
        target, note = item.command, ""
        head, standard, name = target.partition(".StandardCommand.")
        if standard:
            target, note = head, f"StandardCommand.{name}"
        if target.partition(".")[0] in BY_NAME:
            source = f"{self.form}.Item.{item.name}"
            self.facts.references.append(Reference(source, target, "command", item.line, note))


def owner_of(form: str) -> str:
    """Return the id of the object that a form belongs to; a common form is its own object."""
    owner, step, _ = form.rpartition(".Form.")
    return owner if step else form


def form_properties(stated: Properties, groups: list[str]) -> Properties:
    """Fill in the defaults of the groups of PROPERTY_DEFAULTS; keep what becomes rows."""
    properties: Properties = {}
    for group in ("", *groups):
        properties.update(PROPERTY_DEFAULTS[group])
    properties.update((name, stated[name]) for name in stated if name in PROPERTIES)
    return dict(sorted(properties.items()))


def number(value: str) -> int:
    """Return the id of an element, 0 if it is damaged; the form's own command bar has -1."""
    digits = value.removeprefix("-")
    return int(value) if digits.isdecimal() else 0


def read_ordinary(source: SourceFile, data: bytes) -> FileFacts:
    """Note that there is an ordinary form; its content is not read, and a problem says so.

    Raises UnreadableFile if the file is neither the platform's container nor text in braces.
    """
    if not data.startswith((b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff\xff\xff\xff\xff")):
        head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
        if not head.startswith(b"{"):
            what = "is neither a form nor a container of one" if data else "is empty"
            raise UnreadableFile(f"the file of an ordinary form {what}; dump it again")
    form = Form(
        id=source.owner,
        object=owner_of(source.owner),
        name=source.owner.rpartition(".")[2],
        kind=ORDINARY,
    )
    problem = Problem(1, 1, "elements of ordinary forms are not read; their modules are")
    return FileFacts(forms=[form], problems=[problem])


def _object_and_rest(path: str) -> tuple[str, str]:
    """Split `InformationRegister.X.SliceLast` into the object's id and the table's name."""
    steps = path.split(".")
    end = 2
    while len(steps) > end + 1 and steps[end] in BY_NAME:
        end += 2
    return ".".join(steps[:end]), ".".join(steps[end:])
