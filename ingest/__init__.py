"""From the outside world to evidence: feeds, fetches, articles and the candidates they yield."""
