"""What TensorBoard shows of a directory of event files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf import json_format
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.hparams import api_pb2, get_experiment, list_session_groups
from tensorboard.plugins.hparams.backend_context import Context

__all__ = ["Board"]

_ANY = list(api_pb2.Status.values())


class Board:
    """TensorBoard's own reading of a directory, as its plugins have it.

    Args:
        root: The directory; each one below it with event files is a run.
    """

    def __init__(self, root: Path) -> None:
        multiplexer = EventMultiplexer().AddRunsFromDirectory(str(root))
        multiplexer.Reload()
        self._provider = MultiplexerDataProvider(multiplexer, str(root))

    def tags(self, plugin: str, run: str = ".") -> list[str]:
        """Tags of a plugin with tensors."""
        found = self._provider.list_tensors(RequestContext(), experiment_id="", plugin_name=plugin)
        return sorted(found.get(run, ()))

    def tensors(self, plugin: str, tag: str, run: str = ".") -> list[tuple[int, float, Any]]:
        """Steps, times and arrays."""
        found = self._provider.read_tensors(
            RequestContext(), experiment_id="", plugin_name=plugin, downsample=1000
        )
        return [(each.step, each.wall_time, each.numpy) for each in found[run][tag]]

    def scalars(self, tag: str, run: str = ".") -> list[tuple[int, float]]:
        """Steps and values."""
        found = self._provider.read_scalars(
            RequestContext(), experiment_id="", plugin_name="scalars", downsample=10_000
        )
        return [(each.step, each.value) for each in found[run][tag]]

    def images(self, tag: str, run: str = ".") -> list[tuple[int, bytes, bytes, bytes]]:
        """Steps, widths, heights and contents."""
        found = self._provider.read_blob_sequences(
            RequestContext(), experiment_id="", plugin_name="images", downsample=1000
        )
        return [
            (each.step, *(self._provider.read_blob(RequestContext(), blob_key=blob.blob_key)
                          for blob in each.values))
            for each in found[run][tag]
        ]  # fmt: skip

    def experiment(self) -> dict[str, Any]:
        """What the plugin for hyperparameters says of the experiment."""
        request = api_pb2.GetExperimentRequest()
        handler = get_experiment.Handler(RequestContext(), self._context(), "", request)
        found: dict[str, Any] = json_format.MessageToDict(handler.run())
        return found

    def sessions(self) -> list[dict[str, Any]]:
        """What the plugin says of groups of sessions."""
        request = api_pb2.ListSessionGroupsRequest(
            allowed_statuses=_ANY, slice_size=1000, start_index=0
        )
        handler = list_session_groups.Handler(RequestContext(), self._context(), "", request)
        found: list[dict[str, Any]] = json_format.MessageToDict(handler.run())["sessionGroups"]
        return found

    def _context(self) -> Context:
        return Context(TBContext(data_provider=self._provider))
