"""Nothing lost, nothing leaked: `make safety` attacks the product and writes `reports/safety.json`.

`plan` lists the thirteen rows with their promises; a row is the module of its name, with `run`, which injects and writes
a line of JSON for each request, kill or file to `reports/raw/safety-<row>.jsonl` (at night size to `reports/raw/night/`),
and `outcome`, which counts from those lines alone. `standing` says which run of a row stands, `legend` what its columns
count, `report` puts the outcomes together. A row without a module is not yet proven, and never passes.
"""
