"""FreeSWITCH over its event socket, from bytes (`wire`) and quoting (`commands`) up to calls (`call`)."""
