"""Banking77 as an FAQ: N training questions per intent are the entry, a test question must find its intent.

The same legs as the knowledge base (dense, BM25, words of the entry, learned), weighed as fitting.DEFAULT says: nothing
is tuned on these data. Repeated over draws; prints hit@1 beside dense and BM25 alone of the same draws.
`python -m bench.kb_banking77 --train train.csv --test test.csv`.
"""

from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path

import numpy as np

from kb_index import embedding, fitting, ranking
from kb_index.embedding import Embedder, Vectors
from kb_index.legs import Shard
from kb_index.models import Article, Passage, Subject
from kb_index.shards import Content, Indexed
from kb_index.wording import Wording
from kit.share import Share

Rows = list[tuple[str, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, default=Path("var"))
    parser.add_argument("--questions", type=int, default=10, help="questions per intent")
    parser.add_argument("--draws", type=int, default=5)
    options = parser.parse_args()
    embedder = Embedder(embedding.model_folder(options.data_dir, embedding.model_setting()))
    train, test = read(options.train), read(options.test)
    cache: dict[str, Vectors] = {}
    results: dict[str, list[float]] = {"search": [], "search, hit@3": [], "dense alone": [], "BM25 alone": []}
    for draw in range(options.draws):
        shard = drawn(train, options.questions, random.Random(draw), embedder, cache)
        for name, value in judged(shard, test, embedder, cache).items():
            results[name].append(value)
        print(
            f"draw {draw + 1}: " + ", ".join(f"{name} {values[-1]:.1%}" for name, values in results.items()), flush=True
        )
    for name, values in results.items():
        share = Share(round(float(np.mean(values)) * len(test)), len(test))
        print(f"{name:14} mean of {len(values)} draws {np.mean(values):.2%} (sd {np.std(values):.2%}); one set {share}")


def read(path: Path) -> Rows:
    """Return (text, category) of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"].strip(), row["category"]) for row in csv.DictReader(file)]


def embedded(texts: list[str], embedder: Embedder, cache: dict[str, Vectors]) -> Vectors:
    """Return vectors, each text embedded once over all draws."""
    for text in texts:
        if text not in cache:
            cache[text] = embedder.embed([text])[0]
    return np.stack([cache[text] for text in texts])


def drawn(train: Rows, count: int, chance: random.Random, embedder: Embedder, cache: dict[str, Vectors]) -> Shard:
    """Return an index whose articles are the intents, with so many questions each."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in train:
        by_intent.setdefault(intent, []).append(text)
    articles = [
        article(intent, chance.sample(texts, min(count, len(texts)))) for intent, texts in sorted(by_intent.items())
    ]
    wording = Wording(articles, embedder.vocabulary)

    content = Content([Subject((each,)) for each in articles], [])
    return Indexed("en", content, content, wording, lambda texts: embedded(texts, embedder, cache)).shard


def article(intent: str, questions: list[str]) -> Article:
    """Return an intent as an article: its questions only. The first of them stands in for title and text."""
    lead = Passage("lead", "", "", questions[0], [])
    return Article(
        intent, "en", "faq", "", None, questions[0], "", "", "", None, "", "all", None, [], [], questions[1:], [lead]
    )


def judged(shard: Shard, test: Rows, embedder: Embedder, cache: dict[str, Vectors]) -> dict[str, float]:
    """Return the share of test questions whose intent comes first (or among three)."""
    ids = [subject.article.id for subject in shard.subjects]
    hits = dict.fromkeys(("search", "search, hit@3", "dense alone", "BM25 alone"), 0)
    for text, intent in test:
        worded = shard.wording.worded(text)
        vector = embedded([worded.text], embedder, cache)[0]
        scores = shard.scores(text, worded, vector)
        order = ranking.order(ranking.fuse(scores.features, fitting.DEFAULT.weights)[:-1])
        hits["search"] += ids[order[0]] == intent
        hits["search, hit@3"] += intent in [ids[i] for i in order[:3]]
        hits["dense alone"] += ids[int(shard.questions.best(scores.dense_rows)[:-1].argmax())] == intent
        hits["BM25 alone"] += ids[int(shard.questions.best(scores.lexical_rows)[:-1].argmax())] == intent
    return {name: count / len(test) for name, count in hits.items()}


if __name__ == "__main__":
    main()
