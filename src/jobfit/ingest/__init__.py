"""Files to records: visible text only, in a child process with hard limits, nothing lost and nothing invented."""
