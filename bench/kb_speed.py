"""Times the knowledge search: embed + search + rank on the real articles, then growth over synthetic passages.

The real part asks the natural questions of kb_index/natural.jsonl through `Index.search`, one thread. The growth part
makes passages out of real vectors and real words (mixtures with noise), and measures dense search, its recall against
exact search, and hybrid search (dense + BM25 + order), beside exact FAISS and bm25s alone. `make bench-kb`.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import bm25s
import faiss
import numpy as np
import numpy.typing as npt

from kb_index import natural
from kb_index.build import NATURAL
from kb_index.embedding import Vectors
from kb_index.index import Index
from kb_index.legs import passage_rows, question_rows
from kb_index.rows import DENSE_ROWS, EXACT_ROWS, Rows, Side, dense_index
from kit import plot as drawing
from kit.plot import Panel, Series

SIZES = (1_000, 10_000, 100_000, 1_000_000)
#: Above this size only the dense index is measured: BM25 in memory is for the hybrid search of the issue's size.
HYBRID_SIZE = 100_000
QUERIES = 300
TOP_K = 10
NOISE = 0.35
#: Every so many real questions one is embedded to mix synthetic passages from.
BASE_STEP = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path("var"))
    parser.add_argument("--largest", type=int, default=SIZES[-1])
    parser.add_argument("--out", type=Path, default=Path("var/evaluation"))
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    started = time.perf_counter()
    index = Index.open(options.data_dir / "kb")
    print(f"index of {options.data_dir} opened in {time.perf_counter() - started:.2f} s, {memory():.0f} MB")
    real = real_articles(index)
    growth = [grow(index, size) for size in SIZES if size <= options.largest]
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "speed.json").write_text(json.dumps({"real": real, "growth": growth}, indent=1), encoding="utf-8")
    (options.out / "speed.svg").write_text(plot(growth), encoding="utf-8")
    print(f"Written: {options.out / 'speed.json'}, {options.out / 'speed.svg'}")


def real_articles(index: Index) -> dict[str, dict[str, float]]:
    """Time embed + search + rank of natural questions."""
    queries = natural.read(NATURAL)
    found = {}
    for language in ("en", "zh"):
        asked = [query.text for query in queries[language]]
        found[language] = timed(partial(index.search, language=language), asked)
        embedding = timed(lambda text: index.encoder.embed([text]), asked)
        print(
            f"{language}: embed + search + rank p50 {found[language]['p50']:.2f} p95 {found[language]['p95']:.2f} ms; "
            f"of it embedding p50 {embedding['p50']:.2f} ms"
        )
    return found


def grow(index: Index, size: int) -> dict[str, Any]:
    """Measure one size of synthetic passages."""
    chance = np.random.default_rng(size)
    base = np.concatenate([real_vectors(index, code) for code in ("en", "zh")])
    passages = mixtures(base, size, chance)
    queries = mixtures(base, QUERIES, chance)
    gc.collect()
    before, started = memory(), time.perf_counter()
    ours = Rows(range(size), size, dense_index(passages))
    row: dict[str, Any] = {"size": size, "build_s": time.perf_counter() - started, "memory_mb": memory() - before}
    exact = faiss.IndexFlatIP(passages.shape[1])
    exact.add(passages)
    row["dense"] = timed(lambda query: search(ours, query), list(queries))
    row["exact_faiss"] = timed(lambda query: exact.search(query[None], TOP_K), list(queries[:100]))
    row["recall_at_10"] = recall(ours, exact, queries)
    if size <= HYBRID_SIZE:
        row |= lexical(index, passages, queries, size, chance)
    print(told(row), flush=True)
    return row


def real_vectors(index: Index, language: str) -> Vectors:
    """Return vectors of real questions as the index keeps them, of unit length, enough to mix a million from."""
    shard = index.ranked(language).shard
    texts = [text for _, text in question_rows(shard.subjects, [])][::BASE_STEP]
    vectors = index.encoder.embed([shard.wording.worded(text).text for text in texts])
    kept = np.stack([vector for each in vectors if (vector := shard.shortened(each)) is not None])
    return kept / np.linalg.norm(kept, axis=1, keepdims=True)


def search(rows: Rows, query: Vectors) -> npt.NDArray[np.intp]:
    """Return the nearest rows through the index as it is at this size."""
    if not rows.is_exact:
        nearest: npt.NDArray[np.intp] = rows.index.search(query[None], DENSE_ROWS)[1][0, :TOP_K]
        return nearest
    cosines = rows.dense(query)
    best: npt.NDArray[np.intp] = np.argpartition(-cosines, TOP_K)[:TOP_K]
    ordered: npt.NDArray[np.intp] = best[np.argsort(-cosines[best])]
    return ordered


def recall(ours: Rows, exact: Any, queries: Vectors) -> float:
    """Return the share of the exact ten nearest that are found."""
    wanted = exact.search(queries, TOP_K)[1]
    return float(np.mean([len(set(search(ours, q)) & set(w)) / TOP_K for q, w in zip(queries, wanted, strict=True)]))


def lexical(index: Index, passages: Vectors, queries: Vectors, size: int, chance: Any) -> dict[str, Any]:
    """Measure hybrid search (dense + BM25 + order) and bm25s alone."""
    shard = index.ranked("en").shard
    texts = [shard.wording.worded(text).tokens for _, text in passage_rows(shard.subjects)]
    asked = [shard.wording.worded(text).tokens for _, text in question_rows(shard.subjects, [])]
    token_lists = [scrambled(texts, chance) for _ in range(size)]
    wanted = [asked[int(i)] for i in chance.integers(len(asked), size=len(queries))]
    started = time.perf_counter()
    side = Side.build(range(size), size, passages, token_lists)
    built = time.perf_counter() - started
    alone = bm25s.BM25(method="lucene")
    alone.index(token_lists, show_progress=False)

    def hybrid(pair: tuple[Vectors, list[str]]) -> Any:
        fused = side.dense(pair[0]) + side.lexical(pair[1])
        best = np.argpartition(-fused, TOP_K)[:TOP_K]
        return best[np.argsort(-fused[best])]

    return {
        "hybrid": timed(hybrid, list(zip(queries, wanted, strict=True))),
        "hybrid_build_s": built,
        "bm25s_alone": timed(
            lambda tokens: alone.retrieve([tokens], k=TOP_K, show_progress=False, sorted=True), wanted[:100]
        ),
    }


def mixtures(base: Vectors, count: int, chance: Any) -> Vectors:
    """Return unit vectors between two real ones, with noise."""
    made = np.empty((count, base.shape[1]), dtype=np.float32)
    for start in range(0, count, 50_000):
        end = min(count, start + 50_000)
        first, second = (base[chance.integers(len(base), size=end - start)] for _ in range(2))
        share = chance.random((end - start, 1), dtype=np.float32)
        noise = chance.standard_normal((end - start, base.shape[1]), dtype=np.float32)
        mixed = share * first + (1 - share) * second + NOISE * noise / np.sqrt(base.shape[1])
        made[start:end] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return made


def scrambled(texts: list[list[str]], chance: Any) -> list[str]:
    """Return half of one real passage's tokens and half of another's."""
    first, second = (texts[int(i)] for i in chance.integers(len(texts), size=2))
    return first[: len(first) // 2] + second[len(second) // 2 :]


def timed(run: Callable[[Any], Any], queries: Sequence[Any]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds, after a warm-up."""
    for query in queries[:20]:
        run(query)
    times = []
    for query in queries:
        started = time.perf_counter()
        run(query)
        times.append(1000 * (time.perf_counter() - started))
    return {"p50": float(np.quantile(times, 0.5)), "p95": float(np.quantile(times, 0.95))}


def memory() -> float:
    """Return the resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def told(row: dict[str, Any]) -> str:
    """Return one size as a line."""
    kind = "exact" if row["size"] <= EXACT_ROWS else "lists of codes"
    text = (
        f"{row['size']:>9,}: dense ({kind}) p95 {row['dense']['p95']:.2f} ms, recall@10 {row['recall_at_10']:.3f}, "
        f"built in {row['build_s']:.1f} s, {row['memory_mb']:.0f} MB; exact FAISS {row['exact_faiss']['p95']:.2f} ms"
    )
    if "hybrid" in row:
        text += f"; hybrid p95 {row['hybrid']['p95']:.2f} ms; bm25s alone p95 {row['bm25s_alone']['p95']:.2f} ms"
    return text


def plot(growth: list[dict[str, Any]]) -> str:
    """Return p95 over the number of passages."""
    names = {"dense": "dense", "exact_faiss": "exact FAISS", "hybrid": "hybrid", "bm25s_alone": "bm25s alone"}
    series = [
        Series(name, [(row["size"], row[key]["p95"]) for row in growth if key in row]) for key, name in names.items()
    ]
    sizes = [(1e3, "10^3"), (1e4, "10^4"), (1e5, "10^5"), (1e6, "10^6")]
    times = [(0.01, "0.01"), (0.1, "0.1"), (1.0, "1"), (10.0, "10"), (100.0, "100")]
    return drawing.draw([Panel("p95 of one query, one thread", "passages", "ms", series, sizes, times, is_log=True)])


if __name__ == "__main__":
    main()
