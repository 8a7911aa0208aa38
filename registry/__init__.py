"""The core of the public code registry: domain, storage, use cases and the composition root."""
