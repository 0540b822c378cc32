"""A FreeSWITCH on another host: it fetches sounds from the worker and brings back what it recorded."""
