"""Webhooks in the database: endpoints, outbox and deliveries, leases, sources and their posts."""
