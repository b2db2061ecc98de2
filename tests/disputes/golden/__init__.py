"""Golden files: every version of every payload type that was ever released, as the ledger stored it.

Each file holds the JSON Schema of one version, canonical bodies that fill in every field, and the values that they
are read as. Files are added and never changed. After a new type, or a new version of one:

    python -m tests.disputes.golden dispute_opened
"""
