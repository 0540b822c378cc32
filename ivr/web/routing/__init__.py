"""The routing plan, skill groups and agents as the admin has them; API and pages are made of this."""
