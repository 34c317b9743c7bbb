"""A real witness on loopback, for the tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yangguang.trail import note, witness, witness_http


@contextmanager
def answering(folder: Path, name: str, *logs: note.Verifier) -> Iterator[str]:
    """A new witness that knows these logs; gives the address it answers at."""
    witness.found(folder, name)
    (folder / witness.LOGS).write_text("".join(f"{key.vkey}\n" for key in logs))
    with serving(folder) as url:
        yield url


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    server = witness_http.server("127.0.0.1", 0, witness.following(folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rules(*named: tuple[str, Path, str], quorum: str = "any") -> str:
    """A policy over these witnesses (name, folder, address), each with both its keys as one group."""
    lines = []
    for name, folder, url in named:
        ed, pq = witness.opened(folder).vkeys
        lines += [
            f"witness {name}-ed {ed} {url}",
            f"witness {name}-pq {pq} {url}",
            f"group {name} any {name}-ed {name}-pq",
        ]
    return "\n".join(
        [*lines, f"group all-of-them {quorum} {' '.join(name for name, *_ in named)}", "quorum all-of-them", ""]
    )
