from __future__ import annotations

import sys

import pytest

from bot.rasa_cli import PROJECT, is_about_libraries

INSTALLED = f"{sys.prefix}/lib/python3.10/site-packages"


@pytest.mark.parametrize(
    ("category", "filename", "is_hidden"),
    [
        pytest.param(DeprecationWarning, f"{INSTALLED}/matplotlib/pyplot.py", True, id="one-library-of-another"),
        pytest.param(DeprecationWarning, "<frozen importlib._bootstrap>", True, id="a-library-being-loaded"),
        pytest.param(DeprecationWarning, str(PROJECT / "bot" / "nlu" / "gate.py"), False, id="our-own-code"),
        pytest.param(UserWarning, f"{INSTALLED}/rasa/shared/utils/io.py", False, id="rasa-about-our-data"),
    ],
)
def test_only_deprecations_between_libraries_are_hidden(
    category: type[Warning], filename: str, is_hidden: bool
) -> None:
    assert is_about_libraries(category, filename) == is_hidden
