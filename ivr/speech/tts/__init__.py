"""Speech engines: one file for each, found through the entry-point group `ivr.tts`."""
