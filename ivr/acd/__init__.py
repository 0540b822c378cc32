"""The pure router: which contact goes to which agent, and when. No I/O, no clock: events in, actions out."""
