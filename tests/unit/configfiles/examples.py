"""Config files with all that can go wrong when they are changed."""

from __future__ import annotations

__all__ = ["INI", "TOML", "YAML"]

YAML = """\
# How to train

lr: 1e-3   # fast
seed: 0010
name: 'a b'
layers: &l [1, 2]
again: *l
steps:
- 1
- 2  # two

net:
  # how wide
  width: 1.50
  text: |
    one
    two

  empty:
  when: 2020-01-01
"""
TOML = """\
# How to train
lr = 1_000.0 # fast
title = "a # b"

[net]
width = 0x10
sizes = [
  1, # one
  2,
]
opts = {a = 1, b = "x"}
when = 2020-01-01

[net.deep]
x = 1

[[layers]]
n = 1
"""
INI = """\
# How to train
[DEFAULT]
lr = 1e-3

[net.deep]
Width: 1.50
on=Yes
text = one
  two
empty =

; done
"""
