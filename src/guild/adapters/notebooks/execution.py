"""The cells of a notebook executed by a kernel."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from guild.adapters.notebooks.showing import show_message

# Any: JSON, in all of this module.

__all__ = ["Execution", "NoKernel"]

_STARTUP_TIMEOUT_S = 120
_LONGEST_DIRECTORY = 80
"""Names of sockets have at most 107 bytes, on some systems 103."""


class NoKernel(Exception):
    """There is no kernel for a notebook; the text says why."""


class Execution:
    """One execution of a notebook, cell by cell, with its outputs printed as they come.

    Args:
        notebook: Its outputs are put into it.
        directory: Where the kernel runs.
        language: Language of its cells. Python's kernel is this interpreter's; others are the
            one that the notebook names.
        after_cell: Called with the index of each cell that was executed, also of one that
            failed.

    Attributes:
        status: Exit status of the run.
        failure: What went wrong, if the output doesn't tell.
        told: The signal by which it was stopped, if it was.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        directory: str,
        language: str,
        after_cell: Callable[[int], None],
    ) -> None:
        self.status = 0
        self.failure = ""
        self.told: int | None = None
        self._notebook = notebook
        self._directory = directory
        self._after_cell = after_cell
        self._sockets = _directory_for_sockets()
        self._manager = _manager(notebook, language, self._sockets.name)
        self._client = _Client(
            notebook,
            km=self._manager,
            timeout=None,
            on_cell_executed=self._look_for_exit,
            startup_timeout=_STARTUP_TIMEOUT_S,
            resources={"metadata": {"path": directory}},
        )
        self._client.log.setLevel(logging.CRITICAL)  # what it would say is said here
        self._is_left = False

    def run(self) -> None:
        """Execute the cells up to the first that fails.

        Raises:
            NoKernel: If there is no kernel, or it doesn't start.
        """
        asyncio.run(self._run())

    async def _run(self) -> None:
        work = asyncio.ensure_future(self._work())
        loop = asyncio.get_running_loop()

        def stop(number: int) -> None:
            self.told = self.told or number
            work.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) != signal.SIG_IGN:
                loop.add_signal_handler(number, stop, number)
        try:
            await work
        except asyncio.CancelledError:
            if self.told is None:
                raise

    async def _work(self) -> None:
        try:
            await self._start()
            for index, cell in enumerate(self._notebook.cells):
                await self._execute(index, cell)
                if self.status or self.told is not None or self._is_left:
                    break
            self._client.set_widgets_metadata()
        finally:
            await self._end()

    async def _start(self) -> None:
        try:
            await self._client.async_start_new_kernel()
            await self._client.async_start_new_kernel_client()
            client = self._client.kc
            assert client is not None
            reply = await self._client.async_wait_for_reply(client.kernel_info())
        except NoSuchKernel as error:
            raise NoKernel(f"there is no kernel '{error.name}'") from None
        except (RuntimeError, OSError, DeadKernelError) as error:
            if self.told is not None:
                raise asyncio.CancelledError from None
            raise NoKernel(f"its kernel does not start: {error}") from None
        if reply:
            self._notebook.metadata["language_info"] = reply["content"]["language_info"]

    async def _execute(self, index: int, cell: NotebookNode) -> None:
        number = self._client.code_cells_executed + 1
        try:
            await self._client.async_execute_cell(cell, index, execution_count=number)
        except CellExecutionError as error:
            self._fail(index, error)
        except DeadKernelError:
            if self.told is not None:
                return  # no wonder
            self.status = 1
            self.failure = f"the kernel died while it executed cell {index + 1}"
        finally:
            self._after_cell(index)

    def _look_for_exit(self, execute_reply: Mapping[str, Any], **_: object) -> None:
        """`exit()` and `quit()` ask the program in front of the kernel to leave."""
        payloads = execute_reply["content"].get("payload", ())
        if any(payload.get("source") == "ask_exit" for payload in payloads):
            self._is_left = True

    def _fail(self, index: int, error: CellExecutionError) -> None:
        if error.ename != "SystemExit":
            self.status = 1
            self.failure = f"cell {index + 1} failed"
            return
        # As for a script that ends itself.
        self._is_left = True
        if error.evalue in ("", "None"):
            return
        try:
            self.status = int(error.evalue) & 0xFF
        except ValueError:
            self.status = 1
            self.failure = error.evalue

    async def _end(self) -> None:
        """Shut the kernel down: at once if it is in the middle of something."""
        client = self._client.kc
        if client is not None:
            client.stop_channels()
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=self.told is not None)
        self._sockets.cleanup()


class _Client(NotebookClient):
    """Prints what is given out."""

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        output = super().process_message(msg, cell, cell_index)
        show_message(msg)
        return output


class _OwnKernel(KernelSpecManager):
    """Knows one kernel: that of this interpreter."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 # whatever it is
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )


def _directory_for_sockets() -> tempfile.TemporaryDirectory[str]:
    directory = tempfile.TemporaryDirectory(prefix="guild-")
    if len(directory.name) > _LONGEST_DIRECTORY and os.access("/tmp", os.W_OK):
        directory.cleanup()
        directory = tempfile.TemporaryDirectory(prefix="guild-", dir="/tmp")
    return directory


def _manager(notebook: NotebookNode, language: str, directory: str) -> AsyncKernelManager:
    own = {"connection_file": f"{directory}/kernel.json"}
    if len(directory) <= _LONGEST_DIRECTORY:
        own["transport"] = "ipc"  # Others on this machine can't listen to that, as to ports.
    if language == "python":
        specs = _OwnKernel()
        return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs, **own)
    name = notebook.metadata.get("kernelspec", {}).get("name")
    return AsyncKernelManager(kernel_name=name or language, **own)
