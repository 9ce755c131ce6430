"""One thread for BLAS: products of small matrices are quicker alone than shared out.

Threads of OpenBLAS wait for each other by spinning: with another program on the machine an
estimate of 2000 rows took 50 to 115 s on two cores instead of 6 s on one.
"""

from threadpoolctl import threadpool_limits


def one_thread() -> threadpool_limits:
    """A context in which BLAS computes on one thread; what was set before comes back at its end."""
    return threadpool_limits(1, user_api="blas")
