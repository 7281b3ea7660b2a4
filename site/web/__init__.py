"""What every way in shares: refusals, requests, pages of lists, limits, middleware."""
