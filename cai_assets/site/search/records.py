"""What a result shows, in chunks of documents: a script each, loaded for the hits on screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cai_assets.learning.search.questions import first_sentence
from cai_assets.site.search.model import Document
from cai_assets.site.search.packing import sorted_texts

CHUNK = 128
"""Documents per script."""

_MOST_LETTERS = 140
_LINE = "\n"
_OWN = "\t"
"""Stands in an address for the last name of the title."""


def chunks(documents: Sequence[Document]) -> Iterator[list[str]]:
    """Titles, addresses, synonyms and summaries of each chunk, one a line."""
    for begin in range(0, len(documents), CHUNK):
        some = documents[begin : begin + CHUNK]
        yield [
            sorted_texts([_one_line(document.title) for document in some], _LINE),
            sorted_texts([_address(document) for document in some], _LINE),
            _LINE.join(_one_line(document.synonym) for document in some),
            _LINE.join(summary(document.text) for document in some),
        ]


def summary(text: str) -> str:
    """The first sentence, on one line, cut between words where it is long."""
    if not text:
        return ""
    # A reader sees no more than this: the rest of a long text need not be split into words.
    line = first_sentence(text[: 4 * _MOST_LETTERS])
    if len(line) <= _MOST_LETTERS:
        return line
    cut = line[:_MOST_LETTERS].rpartition(" ")[0] or line[:_MOST_LETTERS]
    return f"{cut.rstrip(' ,;:—-')}…"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _address(document: Document) -> str:
    own = _one_line(document.title).rpartition(".")[2]
    address = document.address
    if own and address.endswith(own):
        return address[: -len(own)] + _OWN
    return address
