from __future__ import annotations

import os
import subprocess
import sys

import pytest

_LOADED = """
import bot.__main__, pathlib, sys
bot.__main__.prepare_process(pathlib.Path("var"))
import bot.worker, bot.nlu.entities, bot.nlu.gate, kb_index.index, spacy
loaded = [name for name, module in sys.modules.items() if name.partition(".")[0] == "torch" and module is not None]
print("loaded:", loaded, "spacy" in sys.modules)
"""


@pytest.mark.slow
def test_the_worker_never_loads_torch() -> None:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, env=environment, timeout=120)

    assert "loaded: [] True" in done.stdout, done.stderr


def test_the_entry_refuses_to_serve_without_a_secret(tmp_path: object) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PHAROS_ASSISTANT_SECRET"}
    command = ["-m", "bot", "serve", "--port", "1", "--actions-url", "http://127.0.0.1:1", "--data-dir", str(tmp_path)]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment, timeout=120)

    assert done.returncode == 1
    assert "PHAROS_ASSISTANT_SECRET is not set" in done.stderr
