"""What recognisers make of a flow's phrases, tried with voices that a program makes.

A flow's phrases are spoken by several synthetic voices (`sentences`, `speakers`, `speaking`), put on a
telephone line with noise (`line`), heard as a call's audio is (`hearing`), and judged as a call judges them
(`verdict`). `tally` counts, `thresholds` says which confidences would have told right from wrong best.

It finds phrases that are taken for each other, words that a recogniser lacks, and changes for the worse. It
cannot tell how people will fare: none is heard.
"""

from __future__ import annotations
