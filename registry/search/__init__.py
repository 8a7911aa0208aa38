"""The search port, its adapters and the indexing outbox."""
