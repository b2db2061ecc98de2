"""Erasing personal data from a log that is never rewritten: see docs/erasure.md.

`boxes` seals one text, `master_key` and `subjects` keep the keys, `sealing` seals and opens events.
"""
