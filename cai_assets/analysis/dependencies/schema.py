"""The tables of the dependency analysis: columns, types, units, meaning."""

from __future__ import annotations

import pyarrow as pa

from cai_assets.knowledge.edges import Family
from cai_assets.knowledge.schema import FILE, FLAG, INT, LINE, PROJECT, TEXT, WORD, WORDS, Table
from cai_assets.knowledge.schema import Column as C

REAL = pa.float64()

LINK_FAMILIES = tuple(family for family in Family if family is not Family.STRUCTURE)
"""Families that have dependencies; each is a column of counts in `graph_edges`."""

_EVIDENCE = (
    C("kind", WORD, "Kind of the first evidence: `knowledge/edges.py`"),
    FILE,
    LINE,
)

_TABLES = (
    Table(
        "graph_nodes",
        "Objects as nodes of the dependency graph, with their measures",
        "Объекты как узлы графа зависимостей и их показатели",
        (
            PROJECT,
            C("object", TEXT, "Object id; one node for all projects that hold the object"),
            C("type", WORD, "Type in English, `Catalog`"),
            C("subsystem", WORD, "Home subsystem; null if no subsystem names the object"),
            C("subsystems", WORDS, "All subsystems that name it in any project, sorted"),
            C("in_degree", INT, "Distinct objects that depend on it"),
            C("out_degree", INT, "Distinct objects it depends on"),
            C("in_links", INT, "References to it that are dependencies, without rights"),
            C("out_links", INT, "References from it that are dependencies, without rights"),
            C("page_rank", REAL, "PageRank, damping 0.85; all nodes together make 1"),
            C("component", INT, "Strongly connected component, numbered from 0"),
            C("component_size", INT, "Objects in the component; more than 1 is a cycle"),
            C("layer", INT, "Longest way down to an object that depends on nothing, from 0"),
            C("community", INT, "Community, 0 is the largest; null for an orphan"),
            C("orphan", FLAG, "It depends on nothing and nothing depends on it"),
        ),
        ("object",),
    ),
    Table(
        "graph_edges",
        "Which object depends on which, all references between the two merged",
        "Какой объект от какого зависит: ссылки между двумя объектами, сведённые в одну",
        (
            C("source", WORD, "Object that depends"),
            C("target", WORD, "Object it depends on; rows are sorted by it"),
            C("kinds", WORD, "Kinds of the references, sorted, joined by a comma"),
            C("links", INT, "References merged"),
            *(C(family, INT, f"Of them in the family `{family}`") for family in LINK_FAMILIES),
            C("rights_only", FLAG, "Rights of roles alone: not part of the measured graph"),
            C("from_id", WORD, "What names, in the first evidence: routine, form, member"),
            C("to_id", WORD, "What is named there"),
            *_EVIDENCE,
        ),
        ("source", "target"),
    ),
    Table(
        "routine_edges",
        "What names which routine: calls and handlers, merged",
        "Кто называет какую процедуру: вызовы и обработчики, сведённые",
        (
            C("source", WORD, "Routine, module, form or object that names the routine"),
            C("target", WORD, "Routine; rows are sorted by it"),
            C("links", INT, "References merged"),
            *_EVIDENCE,
        ),
        ("source", "target"),
    ),
    Table(
        "communities",
        "Groups of objects that depend on each other more than on the rest",
        "Группы объектов, которые связаны между собой сильнее, чем с остальными",
        (
            C("community", INT, "Number, 0 is the largest"),
            C("objects", INT, "Objects in it"),
            C("leader", TEXT, "Object with the highest PageRank in it"),
            C("subsystem", WORD, "The commonest home subsystem in it; null if none"),
            C("share", REAL, "Share of its objects that have this home subsystem"),
            C("links_inside", INT, "References between objects inside"),
            C("links_outside", INT, "References from or to objects outside"),
        ),
        ("community",),
    ),
    Table(
        "subsystem_metrics",
        "Subsystems: coupling and instability",
        "Подсистемы: связанность и нестабильность",
        (
            C("subsystem", TEXT, "Home subsystem of at least one object"),
            C("objects", INT, "Objects that have it as home"),
            C("afferent", INT, "Ca: objects outside that depend on objects inside"),
            C("efferent", INT, "Ce: objects inside that depend on objects outside"),
            C("instability", REAL, "Ce / (Ca + Ce), 0 stable, 1 unstable; null if both are 0"),
            C("used_by", INT, "Subsystems that depend on it"),
            C("uses", INT, "Subsystems it depends on"),
            C("links_inside", INT, "References between objects inside"),
            C("links_in", INT, "References from objects outside"),
            C("links_out", INT, "References to objects outside"),
            C("component_size", INT, "Subsystems that depend on each other with it, 1 if none"),
            C("layer", INT, "Longest way down to a subsystem that depends on nothing, from 0"),
        ),
        ("subsystem",),
    ),
    Table(
        "subsystem_edges",
        "Which subsystem depends on which",
        "Какая подсистема от какой зависит",
        (
            C("from_subsystem", WORD, "Home subsystem of the objects that depend"),
            C("to_subsystem", WORD, "Home subsystem of the objects they depend on"),
            C("object_edges", INT, "Pairs of objects"),
            C("links", INT, "References between them"),
            C("links_back", INT, "References the other way; 0 if there are none"),
            C("cycle", INT, "Cycle of `cycles` it is part of; null if none"),
            C("cut", FLAG, "Suggested to be cut: without such edges there is no cycle"),
        ),
        ("from_subsystem", "to_subsystem"),
    ),
    Table(
        "cycles",
        "Cycles: objects, and subsystems, that depend on each other",
        "Циклы: объекты и подсистемы, взаимно зависимые",
        (
            C("cycle", INT, "Number, from 0; first cycles of subsystems, larger ones first"),
            C("level", WORD, "`subsystem` or `object`"),
            C("size", INT, "Members"),
            C("members", WORDS, "Objects or subsystems, sorted"),
            C("edges", INT, "Edges between them"),
            C("links", INT, "References between them"),
            C("cut_edges", INT, "Edges suggested to be cut"),
            C("cut_links", INT, "References in these"),
        ),
        ("cycle",),
    ),
    Table(
        "cycle_edges",
        "The dependencies between objects that make the cycles",
        "Зависимости между объектами, из которых состоят циклы",
        (
            C("cycle", INT, "Cycle of `cycles`"),
            C("level", WORD, "`subsystem` or `object`"),
            C("from_subsystem", WORD, "Home subsystem of the source; null if none"),
            C("to_subsystem", WORD, "Home subsystem of the target; null if none"),
            C("source_object", WORD, "Object that depends"),
            C("target_object", WORD, "Object it depends on"),
            C("links", INT, "References between the two, without rights"),
            *_EVIDENCE,
            C("cut", FLAG, "The edge of the cycle that it belongs to is suggested to be cut"),
        ),
        ("cycle", "source_object", "target_object"),
    ),
    Table(
        "unused",
        "What nothing in the upload seems to need",
        "Что в выгрузке, по всей видимости, никому не нужно",
        (
            C("kind", WORD, "`object`, `exported_routine`, `routine`, `attribute`, `form`"),
            PROJECT,
            C("id", TEXT, "Object, routine, member or form"),
            C("object", WORD, "Object it belongs to"),
            FILE,
            LINE,
            C("confidence", WORD, "`certain`: its name is written nowhere else; else `likely`"),
            C("public_api", FLAG, "Exported in the region of the public interface, for others"),
            C("reason", WORD, "Key of the reason"),
            C("reason_ru", TEXT, "Reason in Russian"),
            C("reason_en", TEXT, "Reason in English"),
        ),
        ("project", "id", "line"),
    ),
    Table(
        "graph_summary",
        "The dependency graph in numbers",
        "Граф зависимостей в числах",
        (
            C("measure", TEXT, "Name of the figure"),
            C("value", REAL, "Its value"),
            C("meaning", TEXT, "What it counts"),
        ),
        ("measure",),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""All tables of the analysis by name."""
