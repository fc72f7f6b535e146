"""The commands, one file per menu; each is found by looking in this folder."""
