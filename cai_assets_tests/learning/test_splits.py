"""Parts and folds of objects: by id alone, for good."""

from __future__ import annotations

import numpy as np

from cai_assets.learning import splits

IDS = [f"Catalog.Товар{number}" for number in range(2000)]


def test_the_first_of_five_folds_is_the_test_part() -> None:
    assert np.array_equal(splits.folds(IDS, 5) == 0, splits.is_test(IDS))


def test_folds_are_of_about_the_same_size_and_forget_letter_case() -> None:
    sizes = np.bincount(splits.folds(IDS, 5))
    assert len(sizes) == 5
    assert sizes.min() > 340
    assert splits.folds(IDS, 5).tolist() == splits.folds([i.upper() for i in IDS], 5).tolist()


def test_parts_have_their_shares() -> None:
    parts = [splits.part_of(name) for name in IDS]
    assert abs(parts.count(splits.TEST) / len(IDS) - splits.TEST_SHARE) < 0.03
    assert abs(parts.count(splits.VALIDATION) / len(IDS) - splits.VALIDATION_SHARE) < 0.03
