"""How anything is done later, and once: the queue, claims, sweeps and the audit trail."""

from work.queue import enqueue

__all__ = ["enqueue"]
