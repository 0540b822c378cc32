"""A small telephone that speaks SIP and RTP with G.711, for a FreeSWITCH on this machine or in its network.

`agent`, `call`, `registration` and `asking` are what it says, and know neither sockets nor clocks; `outgoing`
and `keypad` are what it sends as sound and keys; `media` and `line` are its sockets and its pace.
"""
