"""Bytes of metadata files turned into typed documents, without input or output."""
