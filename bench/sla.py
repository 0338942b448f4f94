"""Random ticket histories through the SLA engine and through its minute-by-minute judge: how often they differ.

`python -m bench.sla 10000 [--seed 1]`. Prints the first differences and ends with 1 when there is any.
"""

from __future__ import annotations

import argparse
import sys
from random import Random

from tests.escalation.sla_cases import ZONES, differences, random_history, random_office
from tests.escalation.sla_model import Office

#: Calendars per zone that the histories share, so that the judge need not look up every minute anew.
OFFICES_PER_ZONE = 10
#: Differing histories that are printed.
SHOWN = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("histories", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(run(options.histories, options.seed) > 0)


def run(histories: int, seed: int) -> int:
    """Print and return the number of histories on which engine and judge differ."""
    random = Random(seed)
    offices = [random_office(random, zone) for zone in ZONES for _ in range(OFFICES_PER_ZONE)]
    offices += [Office("UTC")] * OFFICES_PER_ZONE
    differing = steps = 0
    for _ in range(histories):
        history = random_history(random, offices)
        steps += len(history.steps)
        if found := differences(history):
            differing += 1
            if differing <= SHOWN:
                print(*found, history.steps, sep="\n  ")
    print(f"{histories} histories with {steps} events, {len(offices)} calendars, seed {seed}: {differing} differ")
    return differing


if __name__ == "__main__":
    main()
