"""The scripts of an index: one that describes it, then words, names and records in pieces.

Words and names are sorted and cut into scripts of about equal size, so what begins with the same
letters lies together: a word that is being typed needs one or two of them. Scripts are loaded
with the version of the whole in the address: an old one from a cache never meets a new one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cai_assets.knowledge.coded import Codes
from cai_assets.knowledge.working import without_collection
from cai_assets.learning.words import STOP_WORDS
from cai_assets.site.files import write_changed
from cai_assets.site.model import Language
from cai_assets.site.search.model import Document, IndexReport
from cai_assets.site.search.names import Path as NamePath
from cai_assets.site.search.names import path_of, squashed, typed_steps, typed_types
from cai_assets.site.search.packing import (
    letters,
    numbers,
    put,
    script_order,
    sorted_texts,
    widths,
)
from cai_assets.site.search.postings import GROUPS, LEVELS, Postings, postings_of
from cai_assets.site.search.records import CHUNK, chunks
from cai_assets.site.search.texts import TEXTS, kind_label, kind_order, kind_words

FOLDER = "search"
"""Where the site keeps its index, relative to the root."""

WEIGHT_STEP = 0.05
"""What one step of a stored weight is worth."""

_SCRIPT = 40_000
"""Bytes after which a new script begins."""
_MOST_LETTERS = 80
_BLANK = ord(" ")
_OWN_FILES = re.compile(r"(index|[wnr]\d+)\.js")


class _Shards(NamedTuple):
    """Scripts of sorted keys: the first key of each, and the pairs of texts that they hold."""

    firsts: list[str]
    bodies: list[tuple[str, str]]


def write_index(documents: Iterable[Document], folder: Path, language: Language) -> IndexReport:
    """Write the index of these documents into `folder`, which nothing else is kept in.

    Files that would not change are left alone, others of an earlier index are removed. The order
    of `documents` does not matter.
    """
    found = sorted(documents, key=lambda d: (d.address, d.kind, d.title, d.id))
    with without_collection():
        files = _scripts(found, language)
    written = sum(_write(folder, name, data) for name, data in files.items())
    for file in folder.iterdir():
        if _OWN_FILES.fullmatch(file.name) and file.name not in files:
            file.unlink()
    return IndexReport(len(files), sum(map(len, files.values())), written)


def _write(folder: Path, name: str, data: bytes) -> bool:
    try:
        same = (folder / name).read_bytes() == data
    except OSError:
        same = False
    if not same:
        write_changed(folder, name, data)
    return not same


def _scripts(documents: Sequence[Document], language: Language) -> dict[str, bytes]:
    paths = [path_of(document) for document in documents]
    called = {kind: kind_words(kind) for kind in {document.kind for document in documents}}
    postings = postings_of(
        [path.name for path in paths],
        [document.synonym for document in documents],
        [called[document.kind] for document in documents],
        [" ".join(path.above) for path in paths],
        [document.text for document in documents],
    )
    words, names = _words(postings), _names(documents, paths)
    bodies: dict[str, Any] = {f"w{at}": body for at, body in enumerate(words.bodies)}
    bodies |= {f"n{at}": body for at, body in enumerate(names.bodies)}
    bodies |= {f"r{at}": body for at, body in enumerate(chunks(documents))}
    files = {f"{name}.js": _script(name, body) for name, body in bodies.items()}
    described = _description(documents, paths, postings, language) | {
        "words": words.firsts,
        "names": names.firsts,
    }
    digest = hashlib.blake2b(_script("index", described), digest_size=8)
    for data in files.values():
        digest.update(data)
    described["version"] = digest.hexdigest()
    return {"index.js": _script("index", described), **files}


def _script(name: str, body: Any) -> bytes:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    return f'caiSearch.put("{name}",{text})\n'.encode()


def _description(
    documents: Sequence[Document],
    paths: Sequence[NamePath],
    postings: Postings,
    language: Language,
) -> dict[str, Any]:
    """What every query needs: kinds, weights and places of all documents, texts, special words."""
    kinds = sorted({document.kind for document in documents}, key=kind_order)
    kind_codes = {kind: code for code, kind in enumerate(kinds)}
    types = sorted({path.type for path in paths} - {""})
    type_codes = {type_: code for code, type_ in enumerate(types, start=1)}
    places: dict[tuple[str, tuple[str, ...]], int] = {}
    at = np.array(
        [places.setdefault((path.type, path.above), len(places)) for path in paths],
        dtype=np.int64,
    )
    begins = np.flatnonzero(np.append(True, np.diff(at) != 0)) if len(at) else at
    lengths = np.diff(np.append(begins, len(at)))
    weights = np.array([document.weight for document in documents], dtype=np.float64)
    return {
        "language": language,
        "count": len(documents),
        "chunk": CHUNK,
        "groups": GROUPS,
        "levels": LEVELS,
        "step": WEIGHT_STEP,
        "texts": {key: text.ru if language == "ru" else text.en for key, text in TEXTS.items()},
        "kinds": [[kind, kind_label(kind, language)] for kind in kinds],
        "kind": letters(np.array([kind_codes[d.kind] for d in documents], dtype=np.int64)),
        "weight": letters(np.rint(weights / WEIGHT_STEP).astype(np.int64)),
        "nameSize": letters(postings.names),
        "synonymSize": letters(postings.synonyms),
        "types": {
            word: type_codes[type_] for word, type_ in typed_types().items() if type_ in type_codes
        },
        "steps": typed_steps(),
        "stops": sorted(STOP_WORDS),
        "placeTypes": numbers([type_codes.get(type_, 0) for type_, _ in places]),
        "places": sorted_texts([".".join(map(squashed, above)) for _, above in places], " "),
        "runs": numbers(np.column_stack((at[begins], lengths)).ravel()),
    }


def _words(postings: Postings) -> _Shards:
    """Terms with their postings: differences of documents, each with a letter of its weight."""
    count = len(postings.terms)
    sizes = np.bincount(postings.term, minlength=count)
    begins = np.cumsum(sizes) - sizes
    gaps = _gaps(postings.document, begins)
    heaviness = postings.group * LEVELS + np.minimum(postings.level, LEVELS - 1)
    digits = widths(gaps)
    ends = np.cumsum(digits + 1)
    out = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    put(out, ends - digits - 1, gaps)
    put(out, ends - 1, np.zeros_like(gaps))
    out[ends - 1] = _letters_of(heaviness)
    stops = np.append(0, ends)[np.append(begins, len(postings.term))]
    return _cut(postings.terms, out.tobytes().decode("ascii"), stops)


def _letters_of(values: Codes) -> Any:
    return np.frombuffer(letters(values).encode("ascii"), dtype=np.uint8)


def _gaps(documents: Codes, begins: Codes) -> Codes:
    """Each document as the difference from the one before in its list; the first as it is."""
    gaps = np.diff(documents, prepend=0)
    gaps[begins] = documents[begins]
    return gaps


def _names(documents: Sequence[Document], paths: Sequence[NamePath]) -> _Shards:
    """Names and synonyms in one word, each with the documents that have it."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for number, (document, path) in enumerate(zip(documents, paths, strict=True)):
        name = squashed(path.name)
        rows[name[:_MOST_LETTERS]].append(number)
        others = {squashed(document.synonym)}
        if document.id and document.title != path.name:
            others.add(squashed(document.title.rpartition(".")[2]))
        for other in others - {name}:
            rows[other[:_MOST_LETTERS]].append(number)
    rows.pop("", None)
    keys = sorted(rows, key=script_order)
    flat = np.array([number for key in keys for number in rows[key]], dtype=np.int64)
    sizes = np.array([len(rows[key]) for key in keys], dtype=np.int64)
    begins = np.cumsum(sizes) - sizes
    gaps = _gaps(flat, begins)
    digits = widths(gaps)
    ends = np.append(0, np.cumsum(digits))
    return _cut(keys, numbers(gaps), ends[np.append(begins, len(flat))])


def _cut(keys: list[str], text: str, stops: Codes) -> _Shards:
    """Scripts of about `_SCRIPT` bytes; `text[stops[k]:stops[k + 1]]` belongs to the key k."""
    bounds = stops.tolist()
    shards = _Shards([], [])
    begin = size = 0
    for at, key in enumerate(keys):
        size += bounds[at + 1] - bounds[at] + len(key.encode())
        if size >= _SCRIPT or at == len(keys) - 1:
            some = keys[begin : at + 1]
            lists = [text[bounds[k] : bounds[k + 1]] for k in range(begin, at + 1)]
            shards.firsts.append(some[0])
            shards.bodies.append((sorted_texts(some, " "), " ".join(lists)))
            begin, size = at + 1, 0
    return shards
