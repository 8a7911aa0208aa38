"""Adoption: what happens after something was found: forks, adopters, drift, advisories, needs."""
