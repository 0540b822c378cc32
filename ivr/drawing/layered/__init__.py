"""A layered drawing of boxes and links, which knows nothing of flows."""
