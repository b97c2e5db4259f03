"""Home Assistant with ten speakers, under random use and random faults, for long."""
