"""`python -m bot.rasa_cli data validate | test core ...`: Rasa's own command line, in a process like the worker's.

Rasa is frozen with libraries of 2022, which call each other deprecated at every start. What they say of each other is
not shown, so that a warning on the screen is one about this project.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import TextIO

from bot.__main__ import PROJECT, prepare_process

_show = warnings.showwarning
_INSTALLED = Path(sys.prefix)


def is_about_libraries(category: type[Warning], filename: str) -> bool:
    """Tell whether a warning is a deprecation between installed packages."""
    place = Path(filename)
    is_ours = place.is_relative_to(PROJECT) and not place.is_relative_to(_INSTALLED)
    return issubclass(category, DeprecationWarning) and not is_ours


def _show_ours(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    if not is_about_libraries(category, filename):
        _show(message, category, filename, lineno, file, line)


def main() -> None:
    """Run a command of Rasa's; the exit status is Rasa's."""
    prepare_process(Path(os.environ.get("PHAROS_DATA_DIR", "var")).resolve())
    # Not a filter: Sanic and Rasa put filters of their own in front of any as they start.
    warnings.showwarning = _show_ours
    from rasa.__main__ import main as run_rasa

    run_rasa()


if __name__ == "__main__":
    main()
