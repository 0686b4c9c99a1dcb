"""The lanes of the worker: what must not wait behind long jobs has one of its own."""

from stadttor.exchange.jobs import OUTSIDE
from stadttor.rollout.jobs import MANY

# Sealing, whose ten seconds are promised, and the return of dead workers' jobs, which may be all that is running.
PROMPT = "prompt"
# OUTSIDE: calls to procedures of others, which may be slow; nobody here waits for them.
# MANY: roll-outs and counting them, one after the other; nobody waits for them in his browser.
# Queue to how many of its jobs run at the same time.
LANES = {"default": 2, PROMPT: 2, OUTSIDE: 1, MANY: 1}
