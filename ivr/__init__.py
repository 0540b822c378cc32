"""Ivory: IVR flows and contact routing for FreeSWITCH."""

__version__ = "0.1.0"
