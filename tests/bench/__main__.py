"""Measures speed beside a named baseline in the same run: `python -m tests.bench`."""

import argparse

from tests.bench import bodies, bulk, crawl, drift, lineage, pages, reports, search
from tests.bench.figures import load_average, machine, show

PARTS = {
    "crawl": crawl.run, "search": search.run, "pages": pages.run, "lineage": lineage.run,
    "drift": drift.run, "bodies": bodies.run, "reports": reports.run,
    "bulk": bulk.run,
}  # fmt: skip


def main() -> None:
    """Read the arguments, run the parts and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works")
    parser.add_argument("--large", action="store_true", help="lineage: also a pass over 10⁸ rows")
    given = parser.parse_args()
    print(machine())
    for name, run in PARTS.items():
        if given.only in {None, name}:
            sizes = {"large": True} if given.large and name == "lineage" else {}
            figures = run(quick=given.quick, **sizes)
            size = ", quick: too small to compare" if given.quick else ""
            show(f"{name} ({load_average()}{size})", figures)


if __name__ == "__main__":
    main()
