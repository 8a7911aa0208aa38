"""Webhooks: telling others of what changed, and being told by forges that something did."""
