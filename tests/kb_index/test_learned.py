"""The learned leg: what it would say without some of its rows, told without fitting it anew."""

from __future__ import annotations

import numpy as np
import pytest

from kb_index.learned import Learned

ROWS, LATE, SUBJECTS = 40, 12, 4


@pytest.mark.parametrize("group", [[3], [0, 5, 11]])
def test_leaving_rows_out_says_what_fitting_without_them_says(group: list[int]) -> None:
    chance = np.random.default_rng(0)
    vectors = np.abs(chance.normal(size=(ROWS, 8))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    owners = chance.integers(SUBJECTS, size=ROWS).tolist()
    late = np.arange(ROWS) >= ROWS - LATE
    out = ROWS - LATE + np.array(group)
    kept = np.setdiff1d(np.arange(ROWS), out)

    _, left_out = Learned.fit(vectors, [""] * ROWS, owners, SUBJECTS, 0.0, late)
    said = left_out.of(np.array(group))

    without, _ = Learned.fit(vectors[kept], [""] * len(kept), [owners[i] for i in kept], SUBJECTS, 0.0, late[kept])
    fitted = [without.leg("", vectors[kept] @ vectors[row], np.arange(SUBJECTS)) for row in out]
    assert said == pytest.approx(np.stack(fitted), abs=1e-3)
