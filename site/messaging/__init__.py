"""What people are told: texts, the outbox, gateways and delivery, and their screens."""
