"""The government network (ECE): letters and receipts as XML files that go by e-mail."""
