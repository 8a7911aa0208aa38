"""Savings: what code would cost to write again, what reuse avoided, and what others report.

Three numbers that are never added. The method has a version and is in `docs/savings.md`; everything
but `loading` and `counting` is pure.
"""
