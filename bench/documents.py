"""A penalty decision as PDF/A-3a with its data inside: warm, cold, the Word copy, and the peers that are at hand.

Run: `.venv/bin/python bench/documents.py [--rounds 60]`.  WeasyPrint and LibreOffice are measured where they are installed
(`pip install weasyprint`, `apt install libreoffice-writer`); they get the words of the same document as HTML, so that
every engine sets the same text.  The bound is 25 ms a decision, warm; what is compared are the ratios of one run.
"""

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from yangguang.record import documents
from yangguang.record.documents import fonts
from yangguang.record.tests.sample_documents import data

ON, QR = date(2026, 9, 18), "https://example.invalid/v/ABCDEFGHJK"
BOUND_MS = 25


Times = list[tuple[float, float]]  # (elapsed, of the processor) in milliseconds, a round each


def timed(rounds: int, work: Callable[[int], object]) -> Times:
    found = []
    for n in range(rounds):
        start, used = time.perf_counter(), _used()
        work(n)
        found.append(((time.perf_counter() - start) * 1000, (_used() - used) * 1000))
    return found


def _used() -> float:
    """Processor seconds of this process and of those it waited for: on a machine shared with others, what counts."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def changed(n: int) -> dict:
    """The decision with facts of its own, so that nothing can be remembered from the round before."""
    given = data("penalty_decision")
    return given | {"facts": f"{given['facts']}\n第{n}次。", "fine": 200_000 + n}


def page(code: str) -> str:
    return (
        "<html lang='zh'><meta charset='utf-8'><style>@page{size:A4;margin:37mm 26mm 35mm 28mm}"
        "body{font:16pt 'Noto Serif SC'}td,th{border:1px solid}</style>" + documents.html(code, data(code), on=ON)
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    folder = Path(tempfile.mkdtemp())
    first = timed(1, lambda n: documents.render("penalty_decision", changed(-1), on=ON, qr_url=QR))
    rows = [("typst, the first of a process", first)]
    warm = timed(rounds, lambda n: documents.render("penalty_decision", changed(n), on=ON, qr_url=QR))
    rows.append(("typst, warm", warm))
    codes = sorted(documents.catalogue())
    rows.append(
        ("typst, every form once", timed(len(codes), lambda n: documents.render(codes[n], data(codes[n]), on=ON)))
    )
    rows.append(
        ("Word copy", timed(rounds, lambda n: documents.word("penalty_decision", changed(n), on=ON, sha256="0" * 64)))
    )
    if importlib.util.find_spec("weasyprint"):
        import weasyprint

        weasyprint.HTML(string=page("penalty_decision")).write_pdf(pdf_variant="pdf/a-3b")
        few = max(3, rounds // 10)
        shown = page("penalty_decision")
        rows.append(
            ("WeasyPrint, warm", timed(few, lambda n: weasyprint.HTML(string=shown).write_pdf(pdf_variant="pdf/a-3b")))
        )
    else:
        print("WeasyPrint: not installed here, not measured")
    if office := shutil.which("soffice"):
        source = folder / "decision.html"
        source.write_text(page("penalty_decision"), encoding="utf-8")
        command = [office, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)]
        subprocess.run(command, check=True, capture_output=True)
        rows.append(
            ("LibreOffice, one by one", timed(3, lambda n: subprocess.run(command, check=True, capture_output=True)))
        )
    else:
        print("LibreOffice: not installed here, not measured")
    print(f"{len(codes)} forms; fonts: {', '.join(sorted(fonts.load(fonts.default_folder()).hashes))}")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'':32}{'median ms':>10}{'p95 ms':>10}{'CPU ms':>10}{'ratio of CPU':>14}")
    base = statistics.median(cpu for _, cpu in warm)
    for name, times in rows:
        elapsed, cpu = [one for one, _ in times], statistics.median(one for _, one in times)
        last = sorted(elapsed)[max(0, int(len(elapsed) * 0.95) - 1)]
        print(f"{name:32}{statistics.median(elapsed):10.1f}{last:10.1f}{cpu:10.1f}{cpu / base if base else 0:14.1f}")
    middle = statistics.median(one for one, _ in warm)
    print(
        f"bound {BOUND_MS} ms warm: {'held' if middle <= BOUND_MS else 'not held in this run'} (median {middle:.1f} ms)"
    )
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
