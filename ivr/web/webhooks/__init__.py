"""Webhooks as people see them: what of them may be shown, and how others sign what they post."""
