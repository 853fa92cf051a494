"""Driven adapter: config files in YAML, JSON, INI and TOML, read and written with other values."""

from __future__ import annotations

from guild.adapters.configfiles.files import config_flags, read_config, write_config

__all__ = ["config_flags", "read_config", "write_config"]
