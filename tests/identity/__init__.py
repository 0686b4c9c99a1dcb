"""`make identity`: outside clients speak with the product, every case of theirs once (../shared/peers/identity/README.md).

A part of the plan is a module `parts/<name>.py` with `run(stand)`, which gives a line for each case; everything the report
says is counted from these lines.
"""
