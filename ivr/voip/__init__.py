"""What telephones say to each other, as bytes: G.711, RTP, SIP and its digests, SDP, and what a line is told.

Pure: nothing here opens a socket or reads a clock. Ears that listen to calls and the web phone share it.
"""
