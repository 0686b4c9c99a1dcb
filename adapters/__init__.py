"""What talks to named outside systems: a folder each, importing ports and core only."""
