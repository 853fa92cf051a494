"""The commands: one module each, with its `COMMAND` and, here or elsewhere, its handler."""
