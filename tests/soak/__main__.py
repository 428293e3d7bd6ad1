"""``python -m tests.soak``: an hour of a learner's random actions, in as little time as the cluster needs for them."""

from __future__ import annotations

import argparse
import time

from .run import soak


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "--actions",
        type=int,
        default=720,
        help="how many; a learner does about one every five seconds (default: an hour's)",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=0.1, help="factor on the cluster's lags (default 0.1)")
    parser.add_argument("--verbose", action="store_true", help="print each action")
    options = parser.parse_args()
    begin, memory, slowest = time.monotonic(), [], 0.0
    for step in soak(options.seed, options.pace):
        memory.append(step.memory)
        slowest = max(slowest, step.settled)
        if options.verbose or step.number % 60 == 0:
            print(f"{step.number:5} {step.memory:7.1f} MB  settled in {step.settled:6.3f} s  {step.text}", flush=True)
        if step.number >= options.actions:
            break
    quarter = max(len(memory) // 4, 1)
    print(
        f"{options.actions} actions in {time.monotonic() - begin:.1f} s, seed {options.seed}; {step.requests} requests,"
        f" none answered with a 5xx; slowest to settle {slowest:.3f} s; memory at a quarter {memory[quarter - 1]:.1f}"
        f" MB, at the end {memory[-1]:.1f} MB"
    )


if __name__ == "__main__":
    main()
