"""What the admin knows of calls beside their rows: their story, their picture, their sound."""
