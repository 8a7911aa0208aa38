"""A component in the formats of other catalogues: what is known, and nothing that is not."""
