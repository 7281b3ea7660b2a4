"""The parent process that serves: web, worker, and the watch over both."""
