"""Versions of flows: published from drafts, watched for in the store, kept on this machine's disk."""
