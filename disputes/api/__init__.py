"""The REST API of the domain, and what every resource of the API shares."""
