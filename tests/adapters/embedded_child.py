"""A process of its own that starts an embedded part, says so, and waits to be killed or told to end."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from adapters.embedded.errors import EmbeddedError
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.processes import Guard


def main(part: str, directory: Path, binaries: Path | None) -> int:
    """Start ``part`` in ``directory``; print one line of JSON; end on end of input."""
    try:
        match part:
            case "postgres":
                postgres = EmbeddedPostgres(state_dir=directory, binaries=binaries).start()
                said = {"where": postgres.dsn, "pid": postgres.pid, "started_here": postgres.started_here}
            case "temporal":
                from adapters.embedded.temporal import EmbeddedTemporal  # heavy, and only needed here

                temporal = EmbeddedTemporal(state_dir=directory, ui=False).start()
                said = {"where": temporal.address, "pid": temporal.pid, "started_here": temporal.started_here}
            case "guarded-postgres":
                guarded = EmbeddedPostgres(state_dir=directory, binaries=binaries, durable=False).start()
                keep = Guard(guarded.pid, directory)
                said = {"where": guarded.dsn, "pid": guarded.pid, "guard": repr(keep)}
            case _:
                raise ValueError(part)
    except EmbeddedError as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 2
    print(json.dumps(said), flush=True)
    sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None))
