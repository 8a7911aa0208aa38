"""How many needs get a sensible first answer: a set of twenty in five languages, judged by hand.

    python -m tests.bench.needs        # over the registry of REGISTRY_HOME

It asks for a catalogue that holds the components of `needs.csv`, whose last column has the slugs
that are a sensible answer; a need is left out where the catalogue has none of them.
"""

import csv
from pathlib import Path
from time import perf_counter

from registry.adoption.needs.readmodels import NewNeed
from registry.catalogue.service import Catalogue
from registry.cli.build import Registry, read_settings
from registry.errors import NotFound


def main() -> None:
    """Print what is found for each need, and the share of sensible first answers."""
    registry = Registry(read_settings())
    asked = first = listed = 0
    with Path(__file__).with_name("needs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sensible = {x for x in row["sensible"].split() if _is_there(registry.catalogue, x)}
            if not sensible:
                continue
            start = perf_counter()
            need = NewNeed(title=row["need"], description=row["need"], lang=row["lang"])
            found = [x.slug for x in registry.needs.search(need).candidates]
            asked += 1
            first += found[:1] != [] and found[0] in sensible
            listed += bool(sensible & set(found))
            best = found[0] if found else "nothing"
            mark = "+" if best in sensible else "-"
            print(f"{mark} {perf_counter() - start:4.1f} s  {row['lang']} {row['need']}: {best}")
    print(f"{first} of {asked} first answers are sensible, {listed} lists have a sensible answer")
    registry.close()


def _is_there(catalogue: Catalogue, slug: str) -> bool:
    try:
        catalogue.component(slug)
    except NotFound:
        return False
    return True


if __name__ == "__main__":
    main()
