"""Text to vectors with an exported model: onnxruntime and a tokenizer, one thread, no torch.

A *model folder* (written by export.py) is var/embedding/<model id>/ with model.onnx, tokenizer.json and model.json.
Pooling and normalisation are inside the graph, so one run gives a unit vector. It takes one text alone: no padding and
no mask.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from kit.errors import Misconfigured

Vectors = npt.NDArray[np.float32]

#: The model used when PHAROS_EMBEDDING_MODEL is not set, and the SHA-256 its weights must have.
DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_VARIABLE = "PHAROS_EMBEDDING_MODEL"

WEIGHTS_FILE = "model.safetensors"
GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
ABOUT_FILE = "model.json"

#: The form of an export; another number whenever export.py writes other graphs, so that old ones are not used.
FORM = "int8-2"


class Encoder(Protocol):
    """Anything that turns texts into unit vectors and says which model it is."""

    @property
    def model_id(self) -> str: ...

    @property
    def vocabulary(self) -> frozenset[str]:
        """Whole words the model knows; anything else may be a slip of the keyboard."""
        ...

    def embed(self, texts: list[str]) -> Vectors: ...


class Embedder:
    """One exported model, loaded."""

    def __init__(self, model_dir: Path) -> None:
        if not (model_dir / ABOUT_FILE).is_file():
            raise Misconfigured(f"No embedding model in {model_dir}. Run: python -m kb_index export")
        about = json.loads((model_dir / ABOUT_FILE).read_text(encoding="utf-8"))
        self.model_id: str = about["model_id"]
        self.dimension: int = about["dimension"]
        self._tokenizer = Tokenizer.from_file(str(model_dir / TOKENIZER_FILE))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(about["max_length"])
        self.vocabulary = frozenset(word for word in self._tokenizer.get_vocab() if word.isalpha())
        self._session = onnxruntime.InferenceSession(
            str(model_dir / GRAPH_FILE), _one_thread(), providers=["CPUExecutionProvider"]
        )
        if [each.name for each in self._session.get_inputs()] != ["input_ids"]:
            raise Misconfigured(f"{model_dir} was exported by another version. Run: python -m kb_index build")

    def embed(self, texts: list[str]) -> Vectors:
        """Return one unit vector a row.

        Texts run one by one: quantised activations are scaled per run, and a vector must not depend on its neighbours.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.concatenate([self._embed_one(text) for text in texts])

    def _embed_one(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        vector: Vectors = self._session.run(None, {"input_ids": ids})[0]
        return vector


def _one_thread() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def model_setting() -> str:
    """Return the configured model: the default's name or a sentence-transformers folder."""
    return os.environ.get(MODEL_VARIABLE) or DEFAULT_MODEL


def model_id(setting: str) -> str:
    """Name the exported form of a model after its weights, so that other weights are another model."""
    if setting == DEFAULT_MODEL:
        return f"{DEFAULT_MODEL}-{FORM}-{DEFAULT_WEIGHTS_SHA256[:8]}"
    weights = Path(setting) / WEIGHTS_FILE
    if not weights.is_file():
        raise Misconfigured(
            f"{MODEL_VARIABLE}={setting}: neither {DEFAULT_MODEL} nor a folder of a sentence-transformers model "
            f"holding {WEIGHTS_FILE}."
        )
    return f"{Path(setting).name}-{FORM}-{file_sha256(weights)[:8]}"


def model_folder(data_dir: Path, setting: str) -> Path:
    """Return where the exported form of a model lives, whether or not it is there yet."""
    return data_dir / "embedding" / model_id(setting)


def file_sha256(path: Path) -> str:
    """Hash a file without holding it in memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
