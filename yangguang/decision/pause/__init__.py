"""中止办案: the clock of a case stops with a reason, and is counted anew when it goes on."""
