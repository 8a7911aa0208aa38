"""Objections to what the registry says: to edges, and to the attribution and fields of components.

A member of an organisation that is concerned disputes at once; what others object to waits for an
operator. Nothing leaves a number before an operator has reviewed it.
"""
