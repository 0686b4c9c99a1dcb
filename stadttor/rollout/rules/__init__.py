"""Pure rules of roll-outs."""
