"""Brings callers to agents on FreeSWITCH: feeds the pure router (`ivr.acd`) and does what it decides."""
