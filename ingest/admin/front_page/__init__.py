"""The front page: what needs a person, and pictures of how it all goes."""
