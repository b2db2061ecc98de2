"""What `make bench` runs: our measures beside those of a peer and of the plain database, in the same minutes."""
