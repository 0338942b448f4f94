"""Numbers as people write them."""

from __future__ import annotations

import re

import pytest

from kit import quantities


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1500", "1500"),
        ("1,500", "1500"),
        ("1,500.25", "1500.25"),
        ("1.500,25", "1500.25"),
        ("1,234,567", "1234567"),
        ("1,5", "1.5"),
        ("0,25", "0.25"),
        ("0,500", "0.5"),
        ("2k", "2000"),
        ("1.5k", "1500"),
        ("2m", "2000000"),
        ("3w", "30000"),
        ("1.5万", "15000"),
        ("12万5", "125000"),
        ("12万5千", "125000"),
        ("1万2345", "12345"),
        ("三万五", "35000"),
        ("三万零五", "30005"),
        ("一百五", "150"),
        ("一百零五", "105"),
        ("两千三百", "2300"),
        ("十五", "15"),
        ("三十五", "35"),
        ("三百五十万", "3500000"),
        ("千万", "10000000"),
        ("二零二六", "2026"),
        ("半", "0.5"),
        ("twelve", "12"),
        ("a couple of", "2"),
        ("half an", "0.5"),
    ],
)
def test_a_number_is_read_as_it_is_meant(text: str, number: str) -> None:
    assert quantities.plain(text) == number


@pytest.mark.parametrize("text", ["", "x", "5 apples", "一直", "1.2.3.4"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        quantities.read(text)


@pytest.mark.parametrize(
    ("text", "found"), [("sent 1,5 xbt", "1,5"), ("我有三万五千个", "三万五千"), ("12万5 U", "12万5")]
)
def test_the_whole_number_is_found_in_a_text(text: str, found: str) -> None:
    match = re.search(f"{quantities.WRITTEN}|{quantities.CHINESE}", text)

    assert match is not None
    assert match.group() == found
