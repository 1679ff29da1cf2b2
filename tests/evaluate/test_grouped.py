"""Groups of clips by quantile, against groups made by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gspmc.evaluate.grouped import GroupRow, accuracy_by_quantile, together
from gspmc.evaluate.metrics import wilson_interval


def groups(values: list[float], right: list[int], number: int = 4) -> list[GroupRow]:
    return accuracy_by_quantile(np.array(values), np.array(right, dtype=bool), groups=number)


def test_quarters() -> None:
    assert groups([8, 1, 7, 2, 3, 6, 5, 4], [1, 0, 1, 0, 1, 0, 1, 1]) == [
        GroupRow("1 to 2", 2, 0),
        GroupRow("3 to 4", 2, 2),
        GroupRow("5 to 6", 2, 1),
        GroupRow("7 to 8", 2, 2),
    ]


def test_equal_values_stay_together() -> None:
    assert groups([0, 0, 0, 0, 0, 0.5, 0.25, 1], [1, 1, 1, 0, 0, 1, 0, 0]) == [
        GroupRow("0", 5, 3),
        GroupRow("0.25", 1, 0),
        GroupRow("0.5 to 1", 2, 1),
    ]
    assert groups([3, 3, 3], [1, 0, 1]) == [GroupRow("3", 3, 2)]


def test_no_clips_no_groups() -> None:
    assert groups([], []) == []


def test_a_row_knows_share_and_interval() -> None:
    row = GroupRow("short", 8, 6)
    assert row.top1 == 0.75
    assert row.interval == wilson_interval(6, 8)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1), st.integers(1, 6))
def test_every_clip_is_in_one_group_and_groups_do_not_overlap(
    clips: list[tuple[int, bool]], number: int
) -> None:
    rows = groups([value for value, _ in clips], [right for _, right in clips], number)
    assert together(rows) == ("all", len(clips), sum(right for _, right in clips))
    assert 1 <= len(rows) <= number
    ends = [float(end) for row in rows for end in dict.fromkeys(row.name.split(" to "))]
    assert ends == sorted(set(ends))
