"""Driven: what projects say of themselves in `guild.yml`; see `loader.load_guildfile`."""
