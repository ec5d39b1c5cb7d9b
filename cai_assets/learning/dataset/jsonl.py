"""JSONL files of the tasks, as tools for tuning language models read them.

One file per task and split. Instruction, documentation and query are chats in the form of OpenAI
and of Hugging Face (`messages` with `role` and `content`); completion has `prompt`, `suffix` and
`completion`. `metadata` says where an example comes from; tools pass over it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import pyarrow as pa

from cai_assets.knowledge.storage import files, opened_text
from cai_assets.knowledge.store import staged
from cai_assets.learning.dataset.tasks import COMPLETION, TASK_NAMES
from cai_assets.learning.splits import PARTS

if TYPE_CHECKING:
    from cai_assets.knowledge.storage import StoredPath

SYSTEM = (
    "Ты опытный разработчик 1С:Предприятия. Отвечай только кодом или текстом, который просят. "
    "You are an experienced developer of 1C:Enterprise. Answer with the code or text asked for."
)
_BATCH_ROWS = 1000
_METADATA = ("id", "project", "routine", "routine_line", "category", "split")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written."""

    path: StoredPath
    task: str
    split: str
    lines: int


def write(tasks: pa.Table, folder: StoredPath) -> list[Written]:
    """Write `<task>.<split>.jsonl` for every task and split, also where there is no example.

    The folder is made if it is not there. A reader sees the old file or the whole new one.
    """
    keys = [(task, split) for task in TASK_NAMES for split in PARTS]
    counts = dict.fromkeys(keys, 0)
    names = {(task, split): f"{task}.{split}.jsonl" for task, split in keys}
    with staged(folder) as drafts:
        with ExitStack() as opened:
            written: dict[tuple[str, str], TextIO] = {
                key: opened.enter_context(drafts.open_text(name)) for key, name in names.items()
            }
            for row in _rows(tasks):
                key = row["task"], row["split"]
                written[key].write(json.dumps(record(row), ensure_ascii=False) + "\n")
                counts[key] += 1
        drafts.publish()
    return [Written(folder / names[key], *key, counts[key]) for key in keys]


def record(row: dict[str, Any]) -> dict[str, Any]:
    """The object of one line."""
    metadata = {name: row[name] for name in _METADATA}
    if row["task"] == COMPLETION:
        return {
            "prompt": row["prompt"],
            "suffix": row["suffix"],
            "completion": row["completion"],
            "metadata": metadata,
        }
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": row["prompt"]},
        {"role": "assistant", "content": row["completion"]},
    ]
    return {"messages": messages, "metadata": metadata}


def load_check(folder: StoredPath) -> tuple[dict[str, int], list[str]]:
    """Read every line of every `.jsonl` file: lines by file, and what is wrong with which line."""
    counts: dict[str, int] = {}
    faults: list[str] = []
    for name in files(folder):
        if "/" in name or not name.endswith(".jsonl"):
            continue
        counts[name] = 0
        with opened_text(folder / name) as file:
            try:
                for number, line in enumerate(file, 1):
                    counts[name] += 1
                    fault = line_fault(line)
                    if fault:
                        faults.append(f"{name}:{number}: {fault}")
            except UnicodeDecodeError as error:
                faults.append(f"{name}: not UTF-8: {error}")
    return counts, faults


def line_fault(line: str) -> str:
    """Why a tool could not use a line; empty if it can."""
    try:
        found = json.loads(line)
    except ValueError as error:
        return f"not JSON: {error}"
    if not isinstance(found, dict):
        return "not an object"
    if "messages" in found:
        messages = found["messages"]
        if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
            return "messages are not a list of objects"
        roles = [one.get("role") for one in messages]
        texts = [one.get("content") for one in messages]
        if roles != ["system", "user", "assistant"]:
            return f"roles are {roles}"
        return "" if all(isinstance(one, str) and one.strip() for one in texts) else "empty content"
    texts = [found.get(name) for name in ("prompt", "completion")]
    if not all(isinstance(one, str) and one.strip() for one in texts):
        return "neither messages nor prompt and completion"
    return "" if isinstance(found.get("suffix"), str) else "no suffix"


def _rows(tasks: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in tasks.to_batches(_BATCH_ROWS):
        yield from batch.to_pylist()
