#!/bin/sh
# Three runs of one script with different flags, listed and compared.
set -eu
cd "$(dirname "$0")"
mkdir -p "$GUILD_HOME"

say() { printf '\n$ %s\n' "$*"; }

say guild run train.py -y -q
guild run train.py -y -q
say guild run train.py lr=0.01 -y -q
guild run train.py lr=0.01 -y -q
say guild run train.py lr=0.01 hidden=128 -y -q
guild run train.py lr=0.01 hidden=128 -y -q
say guild runs -n 3
guild runs -n 3
say guild compare --table 1:3
guild compare --table 1:3
say guild cat --output 1 '| tail -n 3'
guild cat --output 1 | tail -n 3
