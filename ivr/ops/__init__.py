"""How a worker is doing, for those who look after it: health, metrics and the calls as they go."""
