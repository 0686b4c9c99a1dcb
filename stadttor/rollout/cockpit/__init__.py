"""The pages of a steering body: how far each package is, and its roll-outs. They read counters and global tables only."""
