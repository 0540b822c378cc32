"""The web phone's far end: lines that a browser speaks through, by SIP or on the embedded switch.

    line = opener(settings)(Account("1001", "Wang Fang"), told)
    line.dial("95598")

`line` is what all lines have in common, `embedded` and `sip` are the two kinds, `bridge` is what is said over
a browser's WebSocket, `seats` is who has a line and may come back to it.
"""
