"""`python -m actions serve --port Q --data-dir var`: the entry of the action server."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from actions.wiring import DATA_VARIABLE
from kit.errors import Misconfigured


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m actions", description="The assistant's action server.")
    serve = parser.add_subparsers(dest="command", required=True).add_parser("serve", help="run actions on 127.0.0.1")
    serve.add_argument("--port", type=int, required=True)
    serve.add_argument("--data-dir", type=Path, default=Path(os.environ.get(DATA_VARIABLE, "var")))
    options = parser.parse_args(arguments)
    os.environ[DATA_VARIABLE] = str(options.data_dir.resolve())
    from actions import server

    try:
        server.run(options.port)
    except Misconfigured as error:
        print(error.detail, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
