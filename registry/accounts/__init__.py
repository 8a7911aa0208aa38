"""Accounts: who somebody is, what they may do, and what was done in whose name."""
