"""Bulk data: the whole catalogue as files, made anew each night, for everybody."""
