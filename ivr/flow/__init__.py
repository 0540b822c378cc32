"""The flow language: what a designer writes, read strictly and understood without touching the world."""
