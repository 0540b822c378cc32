"""What a post holds, one file for each family of events: its model, which is its documentation, and how it is
made of what is known."""
