"""How a run goes: lanes, streams, the calendar, blocks and executors, with no word of Korea in it."""
