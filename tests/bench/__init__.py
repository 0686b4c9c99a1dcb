"""Measures the product as it runs in production and writes `reports/bench.json`: `make bench`.

`stand` starts a private PostgreSQL (syncing to disk), web servers and a worker; `seed` fills them by the product's own
verbs; `measures` sends requests and writes one line for each to `reports/raw/`; `figures` computes every figure from
those lines alone. `BENCH=small make bench` does all of it in small.
"""
