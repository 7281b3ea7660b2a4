"""Background work: the queue, leases, sweeps and the audit trail."""

from work.queue import enqueue

__all__ = ["enqueue"]
