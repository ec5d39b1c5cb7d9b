"""Kill programs while uploads go through, seed after seed; one line for each.

    python benchmarks/fault_seeds.py [--seeds 20] [--first 1] [--uploads 20] [--kills 12]

Needs PostgreSQL's programs. Every seed has a stack and folders of its own, which are removed if
nothing is wrong. Ends with exit code 1 if anything was.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cai_assets_tests.integration.faults import Outcome, disturb


def main() -> int:
    """Run the seeds and print what came of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds")
    parser.add_argument("--first", type=int, default=1, help="the first of them")
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--kills", type=int, default=12)
    chosen = parser.parse_args()
    # Ended from outside, the stack is still stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bad = 0
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        folder = Path(tempfile.mkdtemp(prefix=f"cai-faults-{seed}-"))
        started = time.monotonic()
        try:
            outcome = disturb(folder, seed, uploads=chosen.uploads, kills=chosen.kills)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            outcome = Outcome(faults=[f"{type(error).__name__}: {error}"])
        print(f"seed {seed}: {outcome.line()}, {time.monotonic() - started:.0f} s", flush=True)
        for fault in outcome.faults:
            print(f"  {fault}", flush=True)
        bad += bool(outcome.faults)
        if outcome.faults:
            print(f"  kept: {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"{chosen.seeds - bad} of {chosen.seeds} seeds without a fault")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
