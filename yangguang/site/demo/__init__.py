"""The synthetic county: law-abiding, reproducible, and with planted faults.  Everything in it goes through actions."""
