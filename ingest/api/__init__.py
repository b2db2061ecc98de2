"""The REST API of the pipeline: feeds, what came from them, and the inbox of candidates."""
