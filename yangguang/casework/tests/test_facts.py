"""What the case knows, in the words documents use."""

import pytest

from yangguang.casework import facts


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("证明安全出口被堵塞", "安全出口被堵塞"),
        ("证明：安全出口被堵塞", "安全出口被堵塞"),
        ("安全出口被堵塞", "安全出口被堵塞"),
        ("证明", "证明"),
        ("", ""),
    ],
)
def test_the_words_before_what_evidence_proves_are_not_doubled(note: str, said: str) -> None:
    assert facts.proven(note) == said
