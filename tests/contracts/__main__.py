"""Runs the contract suite against a real worker, started for it: `python -m tests.contracts [pytest options]`."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

from hub.ask import READY_SECONDS
from hub.children import assistant_children
from hub.settings import ROOT, Settings
from kit.ids import new_token


async def main() -> int:
    secret = new_token()
    children, url = assistant_children(Settings(), secret)
    environment = {**os.environ, "PHAROS_CONTRACT_URL": url, "PHAROS_CONTRACT_SECRET": secret}
    try:
        for child in children:
            await child.start()
        for child in children:
            await child.wait_healthy(READY_SECONDS)
        return subprocess.run(
            [sys.executable, "-m", "pytest", "tests/contracts", *sys.argv[1:]], cwd=ROOT, env=environment
        ).returncode
    finally:
        for child in reversed(children):
            await child.stop()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
