"""Messages to people: texts, outbox, gateways, delivery, and their admin screens."""
