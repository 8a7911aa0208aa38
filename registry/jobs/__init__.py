"""The work queue port and its adapters."""
