"""What brings dependencies into runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from guild.adapters.configfiles import write_config
from guild.adapters.sources.archives import CachedArchives
from guild.adapters.sources.configs import GeneratedConfigs
from guild.adapters.sources.downloads import CachedDownloads
from guild.adapters.sources.files import DirectorySourceFiles
from guild.adapters.sources.modules import PythonModules
from guild.adapters.sources.places import ResourceCache
from guild.adapters.sources.postprocess import ShellPostProcesses
from guild.adapters.sources.targets import DirectoryRunTargets
from guild.app.locate_source import LocateSource, SourcePorts
from guild.app.resolve_deps import ResolveDeps
from guild.app.resolve_source import ResolveSource

if TYPE_CHECKING:
    from guild.app.ports.run_contents import RunContents
    from guild.app.ports.run_store import RunStore
    from guild.app.settings import Settings

__all__ = ["dependency_resolver"]


def dependency_resolver(
    settings: Settings,
    *,
    store: RunStore,
    contents: RunContents,
    absolute: Callable[[str], str],
) -> ResolveDeps:
    """What resolves dependencies over real files, processes and the network.

    Args:
        settings: Where and for whom to work.
        store, contents: The runs that others may depend on.
        absolute: Gives an absolute path for one that users write.
    """
    cache = ResourceCache(settings.home)
    targets = DirectoryRunTargets(exclude=(settings.home,))
    ports = SourcePorts(
        files=DirectorySourceFiles(),
        downloads=CachedDownloads(cache),
        archives=CachedArchives(cache),
        modules=PythonModules(settings.python_exe, settings.env),
        configs=GeneratedConfigs(write_config),
        post_processes=ShellPostProcesses(cache, settings.env),
        targets=targets,
    )
    locate = LocateSource(store=store, contents=contents, ports=ports, absolute=absolute)
    return ResolveDeps(store=store, targets=targets, source=ResolveSource(locate))
