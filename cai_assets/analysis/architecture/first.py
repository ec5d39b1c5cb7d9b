"""What an architect should look at first: the worst of each kind, in a sentence with figures."""

from __future__ import annotations

from collections.abc import Iterator

from cai_assets.analysis.architecture.rows import Rows
from cai_assets.analysis.architecture.structure import THRESHOLDS
from cai_assets.analysis.architecture.words import Language, words
from cai_assets.analysis.charts import number
from cai_assets.analysis.markdown import Linker, identifier, percent, place, subsystem_path

_NOTABLE_OUTSIDE = 0.05
"""Share of the code outside subsystems from which it is worth a word."""


def first_things(rows: Rows, language: Language, link: Linker | None = None) -> list[str]:
    """Sentences, most pressing first; empty if nothing stands out."""
    return list(_First(rows, language, link).sentences())


class _First:
    def __init__(self, rows: Rows, language: Language, link: Linker | None) -> None:
        self._rows = rows
        self._language: Language = language
        self._words = words(language)
        self._link = link

    def sentences(self) -> Iterator[str]:
        yield from self._contract()
        yield from self._mutual()
        yield from self._hot_spot()
        yield from self._complex()
        yield from self._large()
        yield from self._api()
        yield from self._server()
        yield from self._outside()
        yield from self._roles()

    def _say(self, key: str, **values: object) -> str:
        told = {
            name: number(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return self._words[key].format(**told)

    def _id(self, name: str) -> str:
        return identifier(name, self._link)

    def _contract(self) -> Iterator[str]:
        found = self._rows.all("contract_violations")
        if found:
            worst = found[0]
            yield self._say(
                "first_contract",
                count=len(found),
                rule=worst["rule"],
                source=self._id(worst["source"]),
                target=self._id(worst["target"]),
                place=place(worst["file"], worst["line"]),
            )

    def _mutual(self) -> Iterator[str]:
        pairs = self._rows.mutual_pairs()
        if pairs:
            one, other, there, back = pairs[0]
            yield self._say(
                "first_mutual",
                count=len(pairs),
                one=subsystem_path(one),
                other=subsystem_path(other),
                there=there,
                back=back,
            )

    def _hot_spot(self) -> Iterator[str]:
        mixed = self._rows.partly_locked()
        rows = (row for row in self._rows.all("hot_spots") if row["what"] == "routine")
        for row in [row for row in rows if not mixed or row["support"] != "locked"][:1]:
            if row["cognitive"] > THRESHOLDS["cognitive"]:
                yield self._say(
                    "first_hot",
                    id=self._id(row["id"]),
                    cognitive=row["cognitive"],
                    ncloc=row["ncloc"],
                    callers=row["callers"],
                    place=place(row["file"], row["line"]),
                )

    def _complex(self) -> Iterator[str]:
        worst = [row for row in self._rows.worst("subsystem") if row["name"]]
        if worst:
            row = worst[0]
            yield self._say(
                "first_complex",
                name=subsystem_path(row["name"]),
                over=row["over"],
                count=row["count"],
                share=percent(row["share_over"], self._language),
                threshold=row["threshold"],
            )

    def _large(self) -> Iterator[str]:
        sizes = self._rows.whole("quantiles", "module_lines")
        largest = self._rows.table("largest_modules").slice(0, 1).to_pylist()
        if sizes.get("over") and largest:
            yield self._say(
                "first_large",
                threshold=sizes["threshold"],
                count=sizes["over"],
                id=self._id(largest[0]["module"]),
                lines=largest[0]["lines"],
            )

    def _api(self) -> Iterator[str]:
        modules = self._rows.of("api", "public")
        every = sum(row["exported"] for row in modules)
        missing = every - sum(row["described"] for row in modules)
        if missing:
            worst = max(modules, key=lambda row: (row["exported"] - row["described"], row["name"]))
            yield self._say(
                "first_api",
                count=missing,
                all=every,
                module=self._id(worst["name"]),
                undescribed=worst["exported"] - worst["described"],
            )

    def _server(self) -> Iterator[str]:
        rows = [row for row in self._rows.all("server_calls") if row["kind"] == "form_context"]
        if rows:
            yield self._say(
                "first_server",
                sites=sum(row["sites"] for row in rows),
                routine=self._id(rows[0]["routine"]),
                most=rows[0]["sites"],
            )

    def _outside(self) -> Iterator[str]:
        if not self._rows.subsystem_count():
            return
        for row in self._rows.of("structure", "subsystem"):
            if not row["name"] and row["share_lines"] >= _NOTABLE_OUTSIDE:
                yield self._say(
                    "first_outside",
                    objects=row["objects"],
                    lines=row["lines"],
                    share=percent(row["share_lines"], self._language),
                )

    def _roles(self) -> Iterator[str]:
        access = self._rows.all("object_access")
        hidden = [row["object"] for row in access if row["only_full"]]
        if hidden and len(hidden) < len(access):
            yield self._say(
                "first_roles", count=len(hidden), all=len(access), example=self._id(hidden[0])
            )
