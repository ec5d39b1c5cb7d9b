"""A digest of what was read, so that the same data is known again."""

from __future__ import annotations

from hashlib import blake2b

import pyarrow as pa

from cai_assets.learning.model import Inputs, Model

DIGEST_BYTES = 16


def digest_of(*parts: str) -> str:
    """A digest of texts, hexadecimal."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=DIGEST_BYTES).hexdigest()


def table_digest(table: pa.Table) -> str:
    """A digest of names, types and values; how the values are encoded or cut does not matter."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        plain = pa.table({name: column.combine_chunks()})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, plain.schema.remove_metadata()) as writer:
            writer.write_table(plain.replace_schema_metadata(None))
        digest.update(sink.getvalue())
    return digest.hexdigest()


def inputs_digest(inputs: Inputs, model: Model[object]) -> str:
    """A digest of all that `model` reads."""
    return digest_of(
        *(
            part
            for group, tables in sorted(model.reads.items())
            for table, columns in sorted(tables.items())
            for part in (group, table, table_digest(inputs[group][table].select(sorted(columns))))
        )
    )
