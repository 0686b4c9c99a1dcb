"""How often the API may be called, per token or network address."""

from stadttor.site.buckets import Buckets, Rate

PUBLIC_READS = Rate(burst=120, per_minute=120)
PUBLIC_WRITES = Rate(burst=20, per_minute=20)
TOKEN_CALLS = Rate(burst=300, per_minute=600)
WRONG_TOKENS = Rate(burst=10, per_minute=10)

public_reads = Buckets(PUBLIC_READS)
public_writes = Buckets(PUBLIC_WRITES)
token_calls = Buckets(TOKEN_CALLS)
wrong_tokens = Buckets(WRONG_TOKENS)


def forget() -> None:
    """Fill all buckets of this process (between tests)."""
    for buckets in (public_reads, public_writes, token_calls, wrong_tokens):
        buckets.forget()
