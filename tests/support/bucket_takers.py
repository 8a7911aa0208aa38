"""`python -m tests.support.bucket_takers URL SECONDS`: a server that asks all the time.

Prints how many requests its rate limiter let through.
"""

import sys
import time

from registry.db.buckets import SharedBuckets
from registry.db.session import Database
from web.limits import RateLimiter

LIMIT = 120


def main(url: str, seconds: float) -> int:
    """Ask for one client until the time is over; return how often it was let through."""
    database = Database(url, pool_size=2)
    limiter = RateLimiter(shared=SharedBuckets(database, b"k" * 32), area="api")
    passed, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        if limiter.take("203.0.113.7", LIMIT).retry_after is None:
            passed += 1
        else:
            time.sleep(0.01)
    database.close()
    return passed


if __name__ == "__main__":
    print(main(sys.argv[1], float(sys.argv[2])))
