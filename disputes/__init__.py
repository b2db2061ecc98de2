"""The domain: disputes, parties, their ledger of events, and the two faces it shows."""
