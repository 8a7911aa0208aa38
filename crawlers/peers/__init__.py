"""Other catalogues and registries, harvested: pages in, records out; they never override.

Each protocol has a walk (which addresses to ask, in the parent) and a reader (bytes to records, in
the sandbox). `harvest` stores the records by difference and leads their repositories to the crawl.
"""
