"""The file of the index: opened, made, and thrown away when it is damaged."""

from __future__ import annotations

import os
import sqlite3
import time

from guild.adapters.index.filesystems import shared_kind

__all__ = ["PACKED", "IndexUnavailable", "connect", "identity", "is_damage", "remove"]

VERSION = 6
"""Of the schema. It is part of the path: other versions have files of their own."""

PACKED = 256
"""Runs of a pack: see packs.py."""

_PAUSE_S = 0.01

_SCHEMA = f"""
CREATE TABLE state (
    deleted INTEGER PRIMARY KEY,        -- 0: runs, 1: the trash
    inode INTEGER NOT NULL,             -- of the directory, when its names were read
    changed INTEGER NOT NULL,           -- its change time, in nanoseconds
    is_sure INTEGER NOT NULL,           -- whether the names are the same if both are
    notes INTEGER NOT NULL,             -- position after the notes that were read
    swept INTEGER NOT NULL,             -- the last run that was looked at in turn
    swept_at INTEGER NOT NULL           -- when that was
) STRICT;

CREATE TABLE generation (number INTEGER NOT NULL) STRICT;
INSERT INTO generation VALUES (0);

CREATE TABLE runs (
    n INTEGER PRIMARY KEY,
    deleted INTEGER NOT NULL,
    id ANY NOT NULL,                    -- texts that are no UTF-8 or have a NUL are blobs
    generation INTEGER NOT NULL,        -- of the change that wrote the row
    watch INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    is_open INTEGER NOT NULL,
    time INTEGER NOT NULL,              -- when it started, or else was made; 0 if unknown
    status TEXT NOT NULL,
    operation ANY NOT NULL,
    label ANY NOT NULL,
    marked INTEGER NOT NULL,
    digest ANY,
    initialized INTEGER,
    started INTEGER,
    stopped INTEGER,
    exit_status INTEGER,
    is_batch INTEGER NOT NULL,
    attr_set INTEGER NOT NULL,
    scalars INTEGER                     -- the stamp as of which scalars are known, or NULL
) STRICT;
CREATE UNIQUE INDEX run_of_id ON runs (deleted, id);
CREATE INDEX runs_by_time ON runs (deleted, time DESC, id);
CREATE INDEX runs_by_status ON runs (deleted, status, time DESC, id);
CREATE INDEX runs_by_operation ON runs (deleted, operation, time DESC, id);
CREATE INDEX open_runs ON runs (deleted) WHERE is_open;
CREATE INDEX runs_to_scan ON runs (deleted) WHERE scalars IS NOT stamp;

CREATE TABLE details (                  -- what is needed of runs that are shown
    run INTEGER PRIMARY KEY,
    opref ANY, proto ANY, remote ANY, pid INTEGER,
    flags TEXT NOT NULL,                -- a JSON map
    tags TEXT NOT NULL,                 -- see cells.joined
    comments TEXT NOT NULL,             -- a JSON list, or nothing
    damage TEXT NOT NULL                -- as tags
) STRICT;

CREATE TABLE others (                   -- what is no run, or none yet
    deleted INTEGER NOT NULL, name ANY NOT NULL, PRIMARY KEY (deleted, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE names (                    -- of operations, flags, scalars and attrs
    kind TEXT NOT NULL, name ANY NOT NULL, PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE attr_sets (number INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE attrs (                    -- those that were asked for: see cells.py
    name ANY NOT NULL,
    run INTEGER NOT NULL,
    type TEXT NOT NULL, value ANY,
    PRIMARY KEY (name, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE scalar_sets (number INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE scalars (                  -- of each run all: see scalardata.py
    run INTEGER PRIMARY KEY,
    is_linked INTEGER NOT NULL,
    files TEXT NOT NULL,                -- how far each event file was read
    scalar_set INTEGER NOT NULL,
    numbers BLOB NOT NULL
) STRICT;
CREATE INDEX linked_runs ON scalars (run) WHERE is_linked;
CREATE INDEX scalars_of_set ON scalars (scalar_set);

CREATE TABLE scans (                    -- whose directory was walked through in turn
    deleted INTEGER PRIMARY KEY, run INTEGER NOT NULL, scanned_at INTEGER NOT NULL
) STRICT;

CREATE TABLE packs (                    -- what tables show of many runs: see packs.py
    number INTEGER NOT NULL, deleted INTEGER NOT NULL,
    numbers BLOB, core BLOB, flags BLOB, scalars BLOB,  -- NULL where it is to be made
    PRIMARY KEY (number, deleted)
) STRICT;
CREATE TRIGGER run_comes AFTER INSERT ON runs
    BEGIN DELETE FROM packs WHERE number = new.n / {PACKED}; END;
CREATE TRIGGER run_changes AFTER UPDATE OF
    deleted, id, time, status, operation, label, marked, digest, started, stopped, is_batch ON runs
    BEGIN DELETE FROM packs WHERE number = new.n / {PACKED}; END;
CREATE TRIGGER run_goes AFTER DELETE ON runs
    BEGIN DELETE FROM packs WHERE number = old.n / {PACKED}; END;
CREATE TRIGGER details_come AFTER INSERT ON details
    BEGIN DELETE FROM packs WHERE number = new.run / {PACKED}; END;
CREATE TRIGGER scalars_come AFTER INSERT ON scalars
    BEGIN UPDATE packs SET scalars = NULL
        WHERE number = new.run / {PACKED} AND scalars IS NOT NULL; END;
CREATE TRIGGER scalars_go AFTER DELETE ON scalars
    BEGIN UPDATE packs SET scalars = NULL
        WHERE number = old.run / {PACKED} AND scalars IS NOT NULL; END;
CREATE TRIGGER scalar_set_goes AFTER DELETE ON scalars
    BEGIN DELETE FROM scalar_sets WHERE number = old.scalar_set
        AND NOT EXISTS (SELECT 1 FROM scalars WHERE scalar_set = old.scalar_set); END;

-- What SQLite is told of the shape of homes, so that it chooses the same ways in all of them.
ANALYZE;
INSERT INTO sqlite_stat1 VALUES
    ('runs', 'runs_by_time', '50000 50000 1 1'),
    ('runs', 'runs_by_status', '50000 50000 10000 1 1'),
    ('runs', 'runs_by_operation', '50000 50000 10000 1 1'),
    ('runs', 'run_of_id', '50000 50000 1');
"""


class IndexUnavailable(Exception):
    """There can be no index here; its text says why, as part of a sentence."""


def connect(home: str, timeout_s: float) -> sqlite3.Connection:
    """The index of a home, made if it is not there.

    Args:
        home: Absolute path of the Guild home.
        timeout_s: How long to wait where another process writes.

    Raises:
        IndexUnavailable: If it can be neither read nor made.
        sqlite3.DatabaseError: If the file is damaged: see `is_damage`.
    """
    directory = _directory(home)
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as error:
        raise IndexUnavailable(f"{directory}: {error.strerror}") from error
    if not os.access(directory, os.W_OK):
        raise IndexUnavailable(f"{directory} can't be written")
    kind = shared_kind(directory)
    if kind is not None:
        raise IndexUnavailable(f"{directory} is on a network file system ({kind})")
    until = time.monotonic() + timeout_s
    while True:
        try:
            return _opened(_path(home), timeout_s)
        except sqlite3.OperationalError as error:
            if is_damage(error):
                raise
            # SQLite waits for most locks, but not where several change the journal's mode, nor
            # while the last one that has the file open removes the journal.
            if "locked" not in str(error) or time.monotonic() >= until:
                raise IndexUnavailable(f"{_path(home)}: {error}") from error
        time.sleep(_PAUSE_S)


def is_damage(error: Exception) -> bool:
    """Whether an error while asking the index means that a new file is needed."""
    if isinstance(error, sqlite3.OperationalError):
        return any(told in str(error) for told in _DAMAGED)
    # Values are not what was written, or not of the types they must have.
    return isinstance(error, sqlite3.DatabaseError | ValueError | TypeError | LookupError)


_DAMAGED = ("no such", "malformed", "Could not decode", "already exists", "were supplied")


def identity(home: str) -> int | None:
    """What tells the file that is there from later ones."""
    try:
        return os.stat(_path(home)).st_ino
    except OSError:
        return None


def remove(home: str, damaged: int | None) -> None:
    """Throw the index away, unless another process did.

    The file and those that SQLite keeps beside it go at once, with their directory: one that
    is left would be taken for a part of the next.

    Args:
        home: Absolute path of the Guild home.
        damaged: The `identity` of what is damaged, if known.
    """
    if damaged is not None and identity(home) != damaged:
        return
    doomed = f"{_directory(home)}.{os.urandom(4).hex()}~"
    try:
        os.rename(_directory(home), doomed)
        for name in os.listdir(doomed):
            os.unlink(f"{doomed}/{name}")
        os.rmdir(doomed)
    except OSError:
        pass  # then it is damaged again


def _directory(home: str) -> str:
    return f"{home}/cache/runs/index-{VERSION}"


def _path(home: str) -> str:
    return f"{_directory(home)}/runs.sqlite3"


def _opened(path: str, timeout_s: float) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=timeout_s, isolation_level=None)
    try:
        # A commit need not be on the disk at once: what is lost is read again.
        db.execute("PRAGMA synchronous = NORMAL")
        (made,) = db.execute("PRAGMA user_version").fetchone()
        if made not in (0, VERSION):
            raise sqlite3.DatabaseError(f"of version {made}")
        if made != VERSION:
            db.execute("PRAGMA journal_mode = WAL")
            _make(db)
    except BaseException:
        db.close()
        raise
    return db


def _make(db: sqlite3.Connection) -> None:
    """Make the tables, in one transaction; of several processes that want to, one does."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if db.execute("PRAGMA user_version").fetchone() != (VERSION,):
            for statement in _SCHEMA.split(";\n"):
                if statement.strip():
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
