"""Who works on a component, counted from git: facts, affiliations, formulae."""
