"""Tomorrow's centre, tried today: the real router with virtual agents and customers, as often as it takes."""
