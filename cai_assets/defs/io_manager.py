"""The one way in which assets are written and read: Parquet, by upload, without pickles.

An asset function says in its annotations whether it speaks Arrow (`pa.Table`) or pandas
(`pd.DataFrame`); both read the same files. An input may name the columns it needs:
`dg.AssetIn(metadata={"columns": ["project", "routine"]})`.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, get_args

import dagster as dg
import pyarrow as pa
from upath import UPath

from cai_assets.defs.partitions import UPLOAD_METADATA, UPLOAD_TAG
from cai_assets.knowledge.snapshots import Snapshots
from cai_assets.knowledge.storage import exists
from cai_assets.knowledge.store import column_names, read_table, write_table

if TYPE_CHECKING:
    import pandas as pd

    from cai_assets.knowledge.storage import StoredPath

COLUMNS_METADATA = "columns"
_UNPARTITIONED = ".shared"
_SAMPLE_ROWS = 5
_SAMPLE_WIDTH = 100


class ParquetIOManager(dg.UPathIOManager):
    """Writes tables below the folder of the upload that a run is about, and reads them from it.

    Which upload: the one that the output's metadata names, else the run's tag, else (for reading
    and for assets derived from what was read) the current one of the configuration.
    """

    extension = ".parquet"

    def __init__(self, snapshots: Snapshots) -> None:
        super().__init__(base_path=UPath(snapshots.base))
        self._snapshots = snapshots
        self._pinned: dict[tuple[str, str, str], str] = {}

    def get_asset_relative_path(self, context: dg.InputContext | dg.OutputContext) -> UPath:
        """Where an asset without partitions lies: beside the configurations."""
        return UPath(_UNPARTITIONED, *context.asset_key.path)

    def get_path_for_partition(
        self, context: dg.InputContext | dg.OutputContext, path: UPath, partition: str
    ) -> UPath:
        """The asset's file in the folder of the upload in question."""
        folder = self._snapshots.folder(partition, self._upload(context, partition))
        return UPath(folder, *context.asset_key.path)

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write one table and tell what was written.

        The inherited method asks the storage for the partition several times and logs a row
        besides, which the many tables of one step make noticeable.
        """
        if context.has_asset_partitions:
            folder = UPath(self._base_path)
            path = self.get_path_for_partition(context, folder, context.partition_key)
            path = self._with_extension(path)
        else:
            path = self._get_path(context)
        self.dump_to_path(context, obj, path)
        context.add_output_metadata(
            {"path": dg.MetadataValue.path(str(path)), **self.get_metadata(context, obj)}
        )

    def dump_to_path(self, context: dg.OutputContext, obj: Any, path: UPath) -> None:
        """Write `obj` to `path` so that nobody meets half of it."""
        started = time.perf_counter()
        size = write_table(_as_arrow(obj, context.asset_key), path)
        context.add_output_metadata(
            {
                "size_bytes": dg.MetadataValue.int(size),
                "write_seconds": dg.MetadataValue.float(round(time.perf_counter() - started, 4)),
            }
        )

    def load_from_path(self, context: dg.InputContext, path: UPath) -> pa.Table | pd.DataFrame:
        """Read the table as the annotation of the input asks for it."""
        wanted = _wanted_type(context)
        columns = (context.definition_metadata or {}).get(COLUMNS_METADATA)
        if not exists(path):
            raise FileNotFoundError(
                f"{context.asset_key.to_user_string()}: {path} does not exist; "
                "materialize this asset for the configuration first"
            )
        table = _read(path, None if columns is None else list(columns))
        return _to_pandas(table) if _is_frame(wanted) else table

    def get_metadata(self, context: dg.OutputContext, obj: Any) -> dict[str, dg.MetadataValue]:
        """Rows, columns with their meanings, and the first rows."""
        table = _as_arrow(obj, context.asset_key)
        return {
            "dagster/row_count": dg.MetadataValue.int(table.num_rows),
            "dagster/partition_row_count": dg.MetadataValue.int(table.num_rows),
            "dagster/column_schema": dg.MetadataValue.table_schema(column_schema(table.schema)),
            "sample": sample(table),
        }

    def _upload(self, context: dg.InputContext | dg.OutputContext, partition: str) -> str:
        if isinstance(context, dg.OutputContext):
            named = context.output_metadata.get(UPLOAD_METADATA)
            if named is not None:
                return str(getattr(named, "value", named))
        try:
            step = context.step_context
        except dg.DagsterInvariantViolationError:
            return self._current(partition)  # read outside a run, say in a notebook
        tagged = step.dagster_run.tags.get(UPLOAD_TAG)
        if tagged and (
            isinstance(context, dg.OutputContext)
            or exists(self._snapshots.folder(partition, tagged))
        ):
            return tagged
        # All tables that one step reads and writes belong to one upload, also if another
        # upload becomes the current one meanwhile.
        place = (step.run_id, step.step.key, partition)
        if place not in self._pinned:
            self._pinned[place] = self._current(partition)
        return self._pinned[place]

    def _current(self, partition: str) -> str:
        snapshot = self._snapshots.current(partition)
        if snapshot is None:
            raise FileNotFoundError(
                f"Configuration {partition!r} has no complete upload in {self._snapshots.base}; "
                "materialize its parsed configuration first"
            )
        return snapshot.upload


def column_schema(schema: pa.Schema) -> dg.TableSchema:
    """The columns of a table as Dagster shows them, meanings taken from the field metadata."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=field.name,
                type=_type_name(field.type),
                description=(field.metadata or {}).get(b"meaning", b"").decode() or None,
                constraints=dg.TableColumnConstraints(nullable=field.nullable),
            )
            for field in schema
        ]
    )


def sample(table: pa.Table, rows: int = _SAMPLE_ROWS) -> dg.TableMetadataValue:
    """The first rows, long texts cut, as the web UI shows a table."""
    records = [
        dg.TableRecord({name: _cell(value) for name, value in row.items()})
        for row in table.slice(0, rows).to_pylist()
    ]
    columns = [
        dg.TableColumn(name, _type_name(table.schema.field(name).type))
        for name in table.column_names
    ]
    return dg.MetadataValue.table(records, schema=dg.TableSchema(columns))


def _cell(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, int | float | bool):
        return value
    if isinstance(value, list):
        text = "; ".join(
            f"{item[0]}: {item[1]}" if isinstance(item, tuple) else str(item) for item in value
        )
    else:
        text = str(value)
    text = text.replace("\n", " ")
    return text if len(text) <= _SAMPLE_WIDTH else text[: _SAMPLE_WIDTH - 1] + "…"


def _type_name(kind: pa.DataType) -> str:
    return str(kind.value_type if pa.types.is_dictionary(kind) else kind)


def _as_arrow(obj: Any, key: dg.AssetKey) -> pa.Table:
    if isinstance(obj, pa.Table):
        return obj
    if _is_frame(type(obj)):
        return pa.Table.from_pandas(obj, preserve_index=False).replace_schema_metadata(None)
    raise TypeError(
        f"{key.to_user_string()} returned {type(obj).__name__}; an asset returns a "
        "pyarrow.Table or a pandas.DataFrame"
    )


def _wanted_type(context: dg.InputContext) -> type[Any]:
    """The class that the input's annotation names; `dict[str, X]` for many partitions is X."""
    typing_type = context.dagster_type.typing_type
    candidates: tuple[object, ...] = get_args(typing_type) or (typing_type,)
    for candidate in candidates:
        if isinstance(candidate, type) and (candidate is pa.Table or _is_frame(candidate)):
            return candidate
    if typing_type is Any:
        table: type[Any] = pa.Table
        return table
    raise TypeError(
        f"{context.asset_key.to_user_string()} is read as {typing_type}; annotate the input "
        "with pyarrow.Table or pandas.DataFrame"
    )


def _is_frame(candidate: type[Any]) -> bool:
    """Whether a class is pandas' DataFrame. Who has one has imported pandas; nobody else pays."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and issubclass(candidate, pandas.DataFrame)


def _read(path: StoredPath, columns: list[str] | None) -> pa.Table:
    if columns is not None:
        known = column_names(path)
        unknown = sorted(set(columns) - set(known))
        if unknown:
            raise KeyError(f"{path}: no columns {', '.join(unknown)}; there are {', '.join(known)}")
    return read_table(path, columns)


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    # Lists of pairs would become lists of tuples; a dict is what a property map means.
    return table.to_pandas(maps_as_pydicts="lossy", split_blocks=True)
