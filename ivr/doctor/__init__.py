"""What `ivr doctor` does: looks whether Ivory, its FreeSWITCH and all that both share are in order."""
