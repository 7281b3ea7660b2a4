"""Uploaded files: storage, resumable uploads, inspection, reuse."""
