"""Background work: the queue, leases, sweeps and the audit trail."""

from work.queue import declare_task, enqueue

__all__ = ["declare_task", "enqueue"]
