"""Recognition engines: what a caller said, as words."""
