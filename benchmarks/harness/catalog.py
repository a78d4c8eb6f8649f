"""A catalog of more than 120,000 tracks in a database of its own, its published index, and what a peer needs of both."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from .context import Context

TABLES = ("data/tracks_large.csv.gz", "data/spotify_songs.csv.gz", "data/playlist_archive/pretty_tracks.csv.gz")
# Counts up when a catalog must be made anew.
VERSION = "1"


@dataclass
class Catalog:
    """A database with its index folder."""

    context: Context
    name: str

    @property
    def index_folder(self) -> Path:
        """Where its generations are."""
        return self.context.work / "index" / self.name

    @property
    def database(self) -> str:
        """Its connection string."""
        return make_conninfo(os.environ["DATABASE_URL"], dbname=self.name)

    @property
    def environment(self) -> dict[str, str]:
        """What `segue` needs to work on it."""
        return dict(os.environ, DATABASE_URL=self.database, SEGUE_INDEX_DIR=str(self.index_folder))

    def segue(self, *arguments: str) -> str:
        """Runs a command on it."""
        done = subprocess.run(
            [self.context.segue, *arguments], env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"segue {' '.join(arguments)}: {done.stderr[-500:]}")
        return done.stdout

    def create(self) -> None:
        """Makes it anew and empty."""
        self.drop()
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
            session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        self.index_folder.mkdir(parents=True, exist_ok=True)
        self.segue("migrate")

    def drop(self) -> None:
        """Removes the database and its index."""
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
            session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))
        subprocess.run(["rm", "-rf", str(self.index_folder)], check=True)

    @classmethod
    def filled(cls, context: Context) -> Catalog:
        """The real tables where this machine has them, else as large a demo catalog.

        Filled once and kept; the index is built anew when the program is newer, as its format may have changed.
        """
        catalog = cls(context, "segue_benchmark")
        source = "tables" if context.shared else "demo"
        filled, built = catalog.index_folder / "filled", catalog.index_folder / "built"
        if not catalog.exists or not filled.exists() or filled.read_text() != source + VERSION:
            context.say("filling the catalog")
            catalog.create()
            if context.shared:
                catalog.segue("import", *(str(context.shared / table) for table in TABLES))
            else:
                catalog.segue("demo", "--tracks", "120000")
            filled.write_text(source + VERSION)
        stamp = str(context.segue.stat().st_mtime_ns)
        if not built.exists() or built.read_text() != stamp:
            context.say("building its index")
            catalog.segue("migrate")
            catalog.segue("index", "build")
            catalog.segue("index", "prune")
            built.write_text(stamp)
        return catalog

    @property
    def exists(self) -> bool:
        """Whether the database is there."""
        with psycopg.connect(os.environ["DATABASE_URL"]) as session:
            found = session.execute("SELECT 1 FROM pg_database WHERE datname = %s", (self.name,)).fetchone()
        return found is not None

    @property
    def generation(self) -> Path:
        """The folder of the published generation."""
        return self.index_folder / "generations" / (self.index_folder / "CURRENT").read_text().strip()

    @property
    def manifest(self) -> dict[str, Any]:
        """What the published generation says of itself."""
        return dict(json.loads((self.generation / "manifest.json").read_text()))

    @property
    def space(self) -> dict[str, Any]:
        """The feature space of the published generation."""
        return dict(json.loads((self.generation / "space.json").read_text()))

    def track_ids(self) -> list[str]:
        """How callers name the tracks that have a vector, in order of internal id."""
        with psycopg.connect(self.database) as session:
            rows = session.execute(
                """
                SELECT DISTINCT ON (v.track_id) CASE e.namespace WHEN 'spotify' THEN e.value
                    ELSE e.namespace || ':' || e.value END
                FROM feature_vectors v JOIN external_ids e ON e.kind = 'track' AND e.entity_id = v.track_id
                WHERE v.space_id = %s
                ORDER BY v.track_id, e.namespace <> 'spotify', e.namespace COLLATE "C", e.value COLLATE "C"
                """, (self.manifest["space"],),
            ).fetchall()
        return [row[0] for row in rows]

    def vectors(self) -> tuple[np.ndarray, np.ndarray]:
        """Track ids (n) and unit vectors (n x dimension) of the published generation."""
        with psycopg.connect(self.database) as session:
            rows = session.execute(
                "SELECT track_id, vector FROM feature_vectors WHERE space_id = %s ORDER BY track_id",
                (self.manifest["space"],),
            ).fetchall()
        ids = np.array([row[0] for row in rows], np.int64)
        return ids, np.stack([np.frombuffer(row[1], "<f4") for row in rows])
