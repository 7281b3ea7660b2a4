"""What watches the portal from outside: measures of requests, /metrics, reports of errors."""
