"""Scoring over HTTP: ``stance serve``. One process, one copy of the models, articles of many requests in one batch."""
