"""Well-formed metadata of any shape is read or refused; the readers never fail otherwise."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cai_assets.onec.errors import UnreadableFile
from cai_assets.onec.metadata import properties
from cai_assets.onec.sources import FileKind, Layout
from cai_assets_tests.onec.metadata.objects import read

NAMESPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:core="urn:core" xmlns:v8="urn:v8"'
)
NAMES = sorted(
    {
        *properties._ACTIONS,
        *properties._REFERENCES,
        *properties._REFERENCE,
        *properties._TEXTS,
        *(name for _, name in properties._BY_KIND),
        *("Attributes", "Forms", "Commands", "Languages", "Subsystems", "Predefined", "Items"),
        *("TabularSections", "StandardAttributes", "Item", "Value", "Key", "Types", "Code"),
        *("StringQualifiers", "Length", "Properties", "ChildObjects", "Attribute", "Form"),
        *("InternalInfo", "PropertyState", "AccountingFlags", "Flag", "ExtDimensionTypes"),
        *("TypeExtension", "ChildItems", "Content", "Functionality", "NsUri", "Новинка"),
    }
)
TAGS = st.sampled_from(NAMES + [name[0].lower() + name[1:] for name in NAMES])
TYPES = ("core:StringValue", "core:FixedArrayValue", "core:TypeValue", "v8:FixedArray", "x", "v8:")
TEXTS = st.sampled_from(["", " ", "true", "Catalog.A", "a.b.c", "EmptyRef", "7", "xs:x", ":", "Я"])


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def build(tag: str, kind: str | None, name: str | None, inner: list[str], text: str) -> str:
        marks = f" xsi:type={quoteattr(kind)}" if kind else ""
        marks += f" name={quoteattr(name)}" if name is not None else ""
        return f"<{tag}{marks}>{escape(text)}{''.join(inner)}</{tag}>"

    return st.builds(
        build,
        TAGS,
        st.sampled_from((None, *TYPES)),
        st.sampled_from((None, "", "Имя")),
        st.lists(children, max_size=4),
        TEXTS,
    )


TREES = st.lists(st.recursive(st.just(""), element, max_leaves=25), max_size=6).map("".join)
KINDS = st.sampled_from(
    ["Catalog", "Configuration", "CommonAttribute", "ExchangePlan", "ChartOfAccounts", "Subsystem"]
)


def attempt(layout: Layout, file_kind: FileKind, owner: str, text: str) -> None:
    try:
        facts = read(layout, file_kind, owner, text)
    except UnreadableFile:
        return
    for row in facts.objects:
        assert row.id
        assert all(row.properties.values())
    for item in facts.members:
        assert item.id.startswith(item.object + ".")
    assert all(edge.target and edge.source for edge in facts.references)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(KINDS, TREES)
def test_any_edt_tree(kind: str, tree: str) -> None:
    text = f'<m:{kind} xmlns:m="urn:m" {NAMESPACES}>{tree}</m:{kind}>'
    file_kind = FileKind.CONFIGURATION if kind == "Configuration" else FileKind.OBJECT
    attempt(Layout.EDT, file_kind, f"{kind}.Имя", text)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(KINDS, TREES, TREES)
def test_any_designer_tree(kind: str, tree: str, children: str) -> None:
    text = (
        f"<MetaDataObject {NAMESPACES}><{kind}><Properties>{tree}</Properties>"
        f"<ChildObjects>{children}</ChildObjects></{kind}></MetaDataObject>"
    )
    file_kind = FileKind.CONFIGURATION if kind == "Configuration" else FileKind.OBJECT
    attempt(Layout.DESIGNER, file_kind, f"{kind}.Имя", text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TREES)
def test_any_predefined_items_and_content(tree: str) -> None:
    for kind in (FileKind.PREDEFINED, FileKind.CONTENT):
        text = f"<PredefinedData {NAMESPACES}><Item>{tree}</Item>{tree}</PredefinedData>"
        attempt(Layout.DESIGNER, kind, "ChartOfAccounts.Имя", text)
