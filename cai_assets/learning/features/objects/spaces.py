"""The spaces in which objects are compared: what they say, what they go with, where they lie."""

from __future__ import annotations

import numpy as np

from cai_assets.learning.features.objects.likeness import beside, evened, latent, weighed
from cai_assets.learning.features.objects.reading import CODE, NAMES, PARTS, Objects
from cai_assets.learning.features.sparse import Sparse, csr
from cai_assets.learning.model import Floats

_FIELDS = {NAMES: 1.0, PARTS: 0.5, CODE: 0.5}
_COMPANY = 0.6
_WIDTH = 150
_KEEP, _STEPS = 0.8, 4


def vocabulary(objects: Objects) -> Sparse:
    """Words by field, side by side: objects × (fields · words). Own names count twice as much."""
    return beside([(weighed(objects.bags[field]), weight) for field, weight in _FIELDS.items()])


def company(objects: Objects) -> tuple[Sparse, Sparse]:
    """What each object depends on, and what depends on it: objects × objects."""
    linked = objects.linked()
    return weighed(linked), weighed(linked.T.tocsr())


def words_and_company(words: Sparse, uses: Sparse, used: Sparse) -> Sparse:
    """Words, and both kinds of company, side by side."""
    return beside([(words, 1.0), (uses, _COMPANY), (used, _COMPANY)])


def family_links(objects: Objects) -> Sparse:
    """Links in both directions in which each family has the same say, however many it has."""
    found = csr([], [], (len(objects), len(objects)))
    for links in objects.links.values():
        found = found + evened(links)
    return evened(found) if found.nnz else found


def landscape(objects: Objects, seed: int) -> Floats:
    """Where each object lies: words and company, drawn together along links; rows of length 1.

    Zₜ₊₁ = (1 − keep) Z₀ + keep S Zₜ, where S are `family_links` and Z₀ is the latent space of words
    and company (personalised propagation: Klicpera, Bojchevski, Günnemann 2019).
    """
    start = latent(words_and_company(vocabulary(objects), *company(objects)), _WIDTH, seed)
    links = family_links(objects)
    found = start
    for _ in range(_STEPS):
        found = (1 - _KEEP) * start + _KEEP * (links @ found)
    return unit(found)


def unit(rows: Floats) -> Floats:
    """Dense rows of length 1; those of nothing stay zero."""
    length = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    found: Floats = np.where(length > 1e-9, rows / np.maximum(length, 1e-9), 0.0)
    return found
