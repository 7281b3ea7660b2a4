"""The serving parent process: web server, worker, watchdog."""
