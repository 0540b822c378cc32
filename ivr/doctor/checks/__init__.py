"""The checks, one file each: a new one enters itself in the table and gets a paragraph in docs/doctor.md."""
