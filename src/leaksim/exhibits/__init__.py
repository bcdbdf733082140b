"""The tables and figures of a paper, from one list: made by one command, and checked by one."""
