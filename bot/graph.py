"""Rasa's graph run without its training cache."""

from __future__ import annotations

from typing import Any

from rasa.engine.caching import Cacheable, TrainingCache
from rasa.engine.graph import ExecutionContext, GraphNodeHook, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.storage import ModelStorage
from rasa.engine.training.hooks import TrainingHook


class PlainRunner(DaskGraphRunner):
    """Runs the graph without the hook that hashes and stores what every component gives."""

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> PlainRunner:
        """Creates the runner (see parent class for full docstring)."""
        kept = [hook for hook in hooks or [] if not isinstance(hook, TrainingHook)]
        return cls(graph_schema, model_storage, execution_context, kept)


class NoCache(TrainingCache):
    """Remembers nothing."""

    def cache_output(
        self, fingerprint_key: str, output: Any, output_fingerprint: str, model_storage: ModelStorage
    ) -> None:
        """Forgets the output."""

    def get_cached_output_fingerprint(self, fingerprint_key: str) -> str | None:
        """Returns nothing."""
        return None

    def get_cached_result(
        self, output_fingerprint_key: str, node_name: str, model_storage: ModelStorage
    ) -> Cacheable | None:
        """Returns nothing."""
        return None
