"""Finding modules by the names that people write."""

from __future__ import annotations

from cai_assets.analysis.impact import module_id
from cai_assets.analysis.objects import Tables, find_object


def find_modules(tables: Tables, text: str) -> list[str]:
    """The ids of the modules called `text`: one by its name, or all of an object, sorted.

    `Документ.Заказ.МодульОбъекта` is a module, `Документ.Заказ` an object.
    Raises UnknownObject with names like it, or AmbiguousObject.
    """
    rows = tables.read("modules", ["module", "object"])
    ids, owners = (rows.column(name).to_pylist() for name in ("module", "object"))
    wanted = module_id(text)
    named = [id_ for id_ in ids if id_.casefold() == wanted]
    if named:
        return sorted(set(named))
    owner = find_object(tables, text)
    return sorted({id_ for id_, of in zip(ids, owners, strict=True) if of == owner})
