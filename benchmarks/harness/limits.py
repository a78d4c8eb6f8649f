"""What the machine can do at all: memory bandwidth, and the HTTP library answering a fixed body."""

from __future__ import annotations

import os
from typing import Any

from . import machine
from .catalog import Catalog
from .context import Context
from .load import Server, drive, free_port, write_requests
from .search import read_bandwidth
from .service import ServiceBench, ask


def measure(context: Context) -> dict[str, Any]:
    """Bytes a second from memory on one core and on all; requests a second of the HTTP server alone."""
    context.say("memory bandwidth")
    bandwidth = [read_bandwidth(context, threads) for threads in sorted({1, machine.cores()})]
    bench = ServiceBench(context, Catalog.filled(context))
    with bench.start_segue().listening() as segue:
        size = answer_size(bench, segue)
    return {"bandwidth": bandwidth, "http": fixed_body(context, bench, size)}


def answer_size(bench: ServiceBench, segue: Server) -> int:
    """Bytes of a usual answer."""
    requests = write_requests(bench.folder / "requests-size.txt", bench.bodies("cosine", 1))
    ask(segue, bench.bodies("cosine", 1)[0])
    return round(drive(bench.context, segue, requests, 4, 1).bytes_per_answer)


def fixed_body(context: Context, bench: ServiceBench, size: int) -> list[dict[str, Any]]:
    """The HTTP server alone: every request gets the same bytes."""
    port, rows = free_port(), []
    command = [str(context.segue_bench), "http", "--port", str(port), "--bytes", str(size)]
    requests = write_requests(bench.folder / "requests-fixed.txt", bench.bodies("cosine", 1))
    with Server("http", port, command, os.environ, bench.folder / "http.log").listening() as server:
        for connections in (1, 16, 64):
            context.say(f"the HTTP server alone, connections {connections}")
            load = drive(context, server, requests, connections, 5 if context.is_full else 2)
            rows.append({
                "bytes": size, "connections": connections, "requests_per_second": load.requests_per_second,
                "p50_ms": load.p50_ms, "p99_ms": load.p99_ms, "cpu_ms_per_request": load.cpu_ms_per_request,
                "failed": load.failed,
            })
    return rows
