"""Text to sound: engines behind one base class, a cache of what they said, and the service that calls use.

`voice.py` is what the rest of Ivory talks to. It lives on the hub and never blocks it: engines run in child
processes (`worker.py` holds one, `child.py` is one), with a deadline for each sentence. `chain.py` knows who
is asked in which order; first of all the deployment's own recordings (`recorded.py`).
"""
