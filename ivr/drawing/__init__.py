"""Pictures of flows: a graph, laid out in layers, as SVG, PNG, Mermaid text or plain data."""
